# One word for each thing one does here; `make` alone lists them. Only Python >= 3.11, git and make are needed.
# Options: LANG_=zh (Chinese lesson and interface) · PYTHON=/path/to/python · SLOW=1 (make test: the slow ones, too)

PYTHON ?= $(firstword $(foreach name,python3 python python3.13 python3.12 python3.11,$(shell command -v $(name))))
NEEDS_PYTHON = Python >= 3.11 is needed and none was found: install one from python.org or with your package manager. · 需要 Python 3.11 或更新的版本，但没有找到：请从 python.org 或用系统的包管理器安装
BOOTSTRAP = $(if $(PYTHON),"$(PYTHON)" -I course/bootstrap.py,$(error $(NEEDS_PYTHON)))
ifdef LANG_
export COURSE_LANG := $(LANG_)
endif

.DEFAULT_GOAL := help
.PHONY: help lab instructor test bench build check hooks clean

help:
	@echo "make lab          open the first lesson in JupyterLab · 在 JupyterLab 中打开第一课（中文：make lab LANG_=zh）"
	@echo "make instructor   install what a class needs (nbgrader) · 安装教师所需的工具（nbgrader）"
	@echo "make test         run all tests; SLOW=1: the slow ones, too · 运行全部测试；SLOW=1 时包括慢测试"
	@echo "make bench        run the benchmarks · 运行性能测试"
	@echo "make build        make every derived file afresh · 重新生成所有派生文件"
	@echo "make check        derived files current? ruff, mypy · 检查派生文件、代码风格和类型"
	@echo "make hooks        install the git hooks (pre-commit) · 安装 git 钩子（pre-commit）"
	@echo "make clean        remove the environment and caches · 删除环境和缓存"

lab:
	@$(BOOTSTRAP) learner course lab $(if $(LANG_),--lang $(LANG_))

instructor:
	@$(BOOTSTRAP) instructor
	@echo "Now · 接下来: source .venv/bin/activate && course class new DIR"

test:
	@$(BOOTSTRAP) author python -m pytest tests --submission solutions -n 2 --dist loadgroup --no-loadscope-reorder $(if $(SLOW),,-m "not slow") $(ARGS)

bench:
	@$(BOOTSTRAP) author python -m tests.benchmarks $(ARGS)

build:
	@$(BOOTSTRAP) author course build

check:
	@$(BOOTSTRAP) author course build --check
	@$(BOOTSTRAP) author ruff check course solutions tests
	@$(BOOTSTRAP) author ruff format --check course solutions tests
	@$(BOOTSTRAP) author mypy

hooks:
	@$(BOOTSTRAP) author pre-commit install

clean:
	rm -rf .venv .jupyter .trained build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
