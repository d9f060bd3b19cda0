"""The smoke can fail: held against a recorded ratio that is three times what it is, a row counts as collapsed; against its own it does not.

    test_collapse.py BUILD
"""

import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "acceptance")]

import row  # noqa: E402


def smoke(build, recorded):
    return subprocess.run([HERE / "compare", "--build", build, "--smoke", "--only", "sign_request", "--recorded", recorded], capture_output=True, text=True)


def main():
    with tempfile.TemporaryDirectory(prefix="amazonpay-bench-") as folder:
        file = pathlib.Path(folder) / "recorded.json"
        ratio = json.loads((HERE / "recorded.json").read_text())[row.processor()]["sign_request"]
        for times, status in ((1, 0), (3, 1)):
            file.write_text(json.dumps({row.processor(): {"sign_request": ratio * times}}))
            found = smoke(sys.argv[1], file)
            assert found.returncode == status, f"{times} times the recorded ratio: status {found.returncode} instead of {status}\n{found.stdout}{found.stderr}"
            assert ("COLLAPSED" in found.stdout) == (status == 1), found.stdout
    print("bench.smoke fails when a ratio collapses, and only then")
    return 0


if __name__ == "__main__":
    sys.exit(main())
