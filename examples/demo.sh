#!/usr/bin/env bash
# demo.sh FOLDER: load the articles beside this script into a new graph in FOLDER, ask it three questions, draw it.
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
run ask between "Red Heron Front" "Lantern Brigade" --sentences 2
run ask killed
run ask members "Red Heron Front" --as-of 2029
run export html -o "$graph/graph.html"

cat <<EOF

The picture of this graph is $graph/graph.html: open it in a browser.

Try next, from this folder:
  export PATH="$PWD/.venv/bin:\$PATH" KG_GRAPH=$graph
  kg questions                                     # what can be asked
  kg ask disputed                                  # what is affirmed and denied for the same time
  kg ask strength                                  # figures, as ranges, by place
  kg ask between al-Qaeda Taliban --with-parts     # two more articles, restated from a newspaper
  kg ask trained --format json                     # for a program: rows with their citations
  kg show "Lantern Brigade"                        # all about one actor
  kg articles                                      # what was loaded
EOF
