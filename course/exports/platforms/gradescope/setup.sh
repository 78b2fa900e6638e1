#!/usr/bin/env bash
# Gradescope runs this once, as root on Ubuntu, when it builds the image: a Python, the course, what the wall is made of.
# It can be run again.
set -euo pipefail

root="${AUTOGRADER_ROOT:-/autograder}"
source="$root/source"
export DEBIAN_FRONTEND=noninteractive

python_found() {
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    return 1
}

chmod 600 "$source/secret-seed"
apt-get update
# Not needed where the kernel has Landlock; where a container lets nobody mount anything, it does not start.
apt-get install -y --no-install-recommends bubblewrap || echo "without bubblewrap · 未安装 bubblewrap"
if ! python="$(python_found)"; then
    for minor in 14 13 12 11; do
        apt-get install -y --no-install-recommends "python3.$minor" "python3.$minor-venv" && break
    done
    if ! python="$(python_found)"; then
        echo "No Python 3.11 or newer can be installed: choose a newer base image (Ubuntu 22.04 or later)." >&2
        echo "无法安装 Python 3.11 或更新的版本：请选用更新的基础镜像（Ubuntu 22.04 或以上）。" >&2
        exit 1
    fi
fi

[ -x "$root/venv/bin/python" ] || "$python" -m venv "$root/venv"
venv() { "$root/venv/bin/python" -I "$@"; }
install() { venv -m pip install --disable-pip-version-check --no-cache-dir --constraint "$source/constraints.txt" "$@"; }
# PyPI's torch for Linux carries gigabytes of CUDA; PyTorch's own index has the build for the CPU.
if ! venv -c 'import importlib.util as find, sys; sys.exit(find.find_spec("torch") is None)'; then
    install --index-url https://download.pytorch.org/whl/cpu torch || echo "torch from PyPI · 改从 PyPI 安装 torch"
fi
install "$source"/*.whl
# Whatever is missing stops the build here, and not the first submission.
venv -c 'import course.exports.formats, course.grading.oracle, torch'
