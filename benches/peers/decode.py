"""Full decode of a database by an independent reader: decode.py libesedb|dissect FILE.

Prints `seconds, records, tables given up`: opening and decoding every value of every record, without
importing the reader. What a reader can't decode costs it nothing here.
"""

import json
import pathlib
import subprocess
import sys

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "xtask/python/readers.py"

if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    command = [sys.executable, str(SCRIPT), sys.argv[1], sys.argv[2], "--time"]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    tables = answer["tables"].values()
    records = sum(t["records"] for t in tables)
    given_up = sum("error" in t for t in tables)
    print(answer["seconds"], records, given_up, sep="\t")
