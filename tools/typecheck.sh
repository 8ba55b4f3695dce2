#!/usr/bin/env bash
# Run mypy over plugin/ under the package name the code has when QGIS loads it, whatever this folder is called.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p build/typing
ln -sfn "$PWD" build/typing/pixxel_explorer
python=$PWD/.venv/bin/python
cd build/typing
exec "$python" -m mypy --config-file ../../pyproject.toml --cache-dir ../mypy -p pixxel_explorer.plugin
