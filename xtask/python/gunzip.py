"""gunzip.py FILE.gz FILE: unpacks; FILE appears whole or not at all."""

import gzip
import os
import pathlib
import shutil
import sys

if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    target = pathlib.Path(sys.argv[2])
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    with gzip.open(sys.argv[1]) as src, open(part, "wb") as dst:
        shutil.copyfileobj(src, dst)
    os.replace(part, target)
