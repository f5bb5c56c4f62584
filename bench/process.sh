#!/usr/bin/env bash
# (c) and (h) from outside: bench/process.sh [BINARY]   start, idle memory, size, and import of 10,000 and 100,000 SARIF results.
set -euo pipefail
binary=$(realpath "${1:-target/release/vulnerary}")
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
python3 - <<'PY'
import json
def write(n, name):
    results = [{"ruleId": f"R{i % 30}", "level": "warning", "message": {"text": f"finding {i}"},
                "locations": [{"physicalLocation": {"artifactLocation": {"uri": f"src/f{i % 311}.c"}, "region": {"startLine": i + 1}}}],
                "partialFingerprints": {"primaryLocationLineHash": f"{i:x}"}} for i in range(n)]
    rules = [{"id": f"R{i}"} for i in range(30)]
    json.dump({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "fixture", "rules": rules}}, "results": results}]}, open(name, "w"))
write(10_000, "10k.sarif")
write(100_000, "100k.sarif")
PY
for start in empty again; do
  began=$(date +%s%N)
  "$binary" serve --data served --listen 127.0.0.1:8391 >/dev/null 2>&1 & server=$!
  until curl -sf http://127.0.0.1:8391/readyz >/dev/null; do sleep 0.005; done
  echo "start ($start): $((($(date +%s%N) - began) / 1000000)) ms"
  sleep 2
  grep VmRSS "/proc/$server/status"
  kill "$server"; wait "$server" || true
done
for file in 10k 10k 100k; do
  /usr/bin/time -f "import $file: %e s wall, %U s user, %M KB" "$binary" --data imported import "$file.sarif" >/dev/null
done
stat -c 'binary: %s bytes' "$binary"
