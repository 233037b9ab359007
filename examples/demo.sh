#!/usr/bin/env bash
# demo.sh FOLDER: load the articles beside this script into a new graph in FOLDER and ask it three questions.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
graph=${1:?name a folder for the graph}

# Only a graph is ever removed, and only the one named.
if [ -e "$graph" ] && [ ! -e "$graph/settings.json" ]; then
  echo "demo.sh: $graph is there and is no graph; name another folder or move it away" >&2
  exit 2
fi
rm -rf -- "$graph"
export KG_GRAPH=$graph

run() {
  printf '\n$ kg'
  printf ' %q' "$@"
  printf '\n'
  kg "$@"
}

run init
run ingest examples/native examples/brat
run ask counts
run ask disputed
run ask actor-search Velden

cat <<EOF

Try next, from this folder:
  export PATH="$PWD/.venv/bin:\$PATH" KG_GRAPH=$graph
  kg questions            # what can be asked
  kg ask --help           # how
  kg articles             # what was loaded
EOF
