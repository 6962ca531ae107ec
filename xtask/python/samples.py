"""Fetches the source distribution of dissect.esedb, checks it, and takes the named databases out.

samples.py FOLDER NAME...: FOLDER/dissect-esedb/NAME.gz appears whole or not at all.
"""

import gzip
import hashlib
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile

ARCHIVE = "dissect_esedb-3.18.tar.gz"
SHA256 = "be64c3b1137849f94c2bc6b2bcaa1305e8b831e6208ef7dd5fd2e11b1473b6aa"


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main(folder, names):
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / ARCHIVE
    if not archive.is_file():
        with tempfile.TemporaryDirectory(dir=folder) as tmp:
            pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
            pip += ["--no-deps", "--no-binary", "dissect.esedb", "--dest", tmp, "dissect.esedb==3.18"]
            if subprocess.run(pip).returncode != 0:
                sys.exit("pip could not download it")
            os.replace(pathlib.Path(tmp) / ARCHIVE, archive)
    found = sha256(archive)
    if found != SHA256:
        sys.exit(f"{archive}: SHA-256 {found}, expected {SHA256}; remove the file and try again")
    out = folder / "dissect-esedb"
    out.mkdir(exist_ok=True)
    with tarfile.open(archive) as tar:
        for name in names:
            packed = tar.extractfile(f"dissect_esedb-3.18/tests/_data/{name}.gz").read()
            gzip.decompress(packed)  # its own checksum
            part = out / f".{name}.part"
            part.write_bytes(packed)
            os.replace(part, out / f"{name}.gz")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]), sys.argv[2:])
