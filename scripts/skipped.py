"""skipped.py RESULTS MAP: fails when bad_inputs.py skipped a case whose endpoint the map does not set to null."""

import json
import re
import sys

results, endpoints = (json.load(open(path)) for path in sys.argv[1:3])
absent = {name for name, target in endpoints.items() if target is None}
wrong = []
for case in results:
    if case["status"] == "skip":
        endpoint = re.fullmatch(r"no endpoint (\w+)", case["detail"])
        if not endpoint or endpoint[1] not in absent:
            wrong.append(f'{case["case"]}: {case["detail"]}')
print("\n".join(wrong), end="\n" if wrong else "")
sys.exit(bool(wrong))
