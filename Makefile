# One word for each thing one does here; `make` alone lists them. Only Python >= 3.11, git and make are needed.
# Options: LANG_=zh (Chinese lesson and interface) · PYTHON=/path/to/python · REST=1, FULL=1, DATABASE=postgresql,
# ARGS="-k adam" (make test)

PYTHON ?= $(firstword $(foreach name,python3 python python3.13 python3.12 python3.11,$(shell command -v $(name))))
NEEDS_PYTHON = Python >= 3.11 is needed and none was found: install one from python.org or with your package manager. · 需要 Python 3.11 或更新的版本，但没有找到：请从 python.org 或用系统的包管理器安装
BOOTSTRAP = $(if $(PYTHON),"$(PYTHON)" -I course/setup/bootstrap.py,$(error $(NEEDS_PYTHON)))
ifdef LANG_
export COURSE_LANG := $(LANG_)
endif

# Each test is in one of four groups, by its marker (tests/conftest.py). Those that are always run want nothing more
# than what stands in the first line; `make gpu` takes a Python named on the command line as it is.
GROUP = $(if $(FULL),not gpu,$(if $(DATABASE),not (full or gpu),$(if $(REST),needs and not (full or gpu),not (needs or full or gpu))))
# More than there are cores: many tests wait for what they have started, most of the rest for browsers or networks.
AT_ONCE = 4
GPU_PYTHON = $(if $(filter command line environment,$(origin PYTHON)),"$(PYTHON)",$(BOOTSTRAP) author python)

# Whatever is started here starts others that read the course's code: it is compiled once, whatever the shell says.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help lab instructor test gpu hostile faults oldest bench build site check hooks clean

help:
	@echo "make lab          open the first lesson in JupyterLab · 在 JupyterLab 中打开第一课（中文：make lab LANG_=zh）"
	@echo "make instructor   install what a class needs (nbgrader) · 安装教师所需的工具（nbgrader）"
	@echo "make test         run the tests that any machine can run · 运行任何机器都能运行的测试"
	@echo "make test REST=1  run those that need a browser, a server or an environment of their own · 运行需要浏览器、服务器或单独环境的测试"
	@echo "make test FULL=1  run all, every notebook in both languages, unsolved and solved · 运行全部测试：每个笔记本的中英文版，解答前后各一次"
	@echo "make test DATABASE=postgresql  run those that make a class, its gradebook on a PostgreSQL server · 运行会建立班级的测试，成绩册放在 PostgreSQL 服务器上"
	@echo "make gpu          run the tests that need a GPU; PYTHON=… has torch: with that Python · 运行需要 GPU 的测试；PYTHON=… 可指定已装有 torch 的 Python"
	@echo "make hostile      put hostile submissions through the grader, as root on Linux; ARGS=\"--user nobody\" as somebody else · 用恶意提交检验评分程序（Linux，root）；ARGS=\"--user nobody\" 以其他用户运行"
	@echo "make faults       kill, cut the power, fill the disk while a class is graded; ARGS=\"kills --seed 2\" (Linux, root) · 评分时终止进程、断电、写满磁盘，再检验结果（Linux，root）"
	@echo "make oldest       run the core of the tests with the oldest packages that will do · 用允许的最旧依赖运行核心测试"
	@echo "make bench        run the benchmarks · 运行性能测试"
	@echo "make build        make every derived file afresh · 重新生成所有派生文件"
	@echo "make site         make the course as a site in build/site; ARGS=--no-run: without running the notebooks · 在 build/site 生成课程网站；ARGS=--no-run 不运行笔记本"
	@echo "make check        derived files current? ruff, mypy; after npm ci, eslint and tsc too · 检查派生文件、代码风格和类型（运行过 npm ci 时也检查 JavaScript）"
	@echo "make hooks        install the git hooks (pre-commit) · 安装 git 钩子（pre-commit）"
	@echo "make clean        remove the environment and caches · 删除环境和缓存"

lab:
	@$(BOOTSTRAP) learner course lab $(if $(LANG_),--lang $(LANG_))

instructor:
	@$(BOOTSTRAP) instructor
	@echo "Now · 接下来: source .venv/bin/activate && course class new DIR"

test:
	@$(BOOTSTRAP) author python -m pytest tests --submission solutions -n $(AT_ONCE) --dist loadgroup --no-loadscope-reorder -m "$(GROUP)" $(if $(DATABASE),--database $(DATABASE)) $(if $(CI),--durations=20 --durations-min=1) $(ARGS)

gpu:
	@$(GPU_PYTHON) -m tests.gpu

hostile:
	@$(BOOTSTRAP) author python -m tests.hostile $(ARGS)

faults:
	@$(BOOTSTRAP) author python -m tests.faults $(ARGS)

oldest:
	@$(BOOTSTRAP) author python -m tests.oldest $(ARGS)

bench:
	@$(BOOTSTRAP) author python -m tests.benchmarks $(ARGS)

build:
	@$(BOOTSTRAP) author course build

site:
	@$(BOOTSTRAP) author course site $(ARGS)

# What takes long is done at once, when the first two have made the environment.
check:
	@$(BOOTSTRAP) author ruff check course solutions tests benchmarks
	@$(BOOTSTRAP) author ruff format --check course solutions tests benchmarks
	@$(MAKE) --no-print-directory --keep-going --jobs=3 check-types check-derived check-scripts

.PHONY: check-types check-derived check-scripts
check-types:
	@$(BOOTSTRAP) author mypy

check-derived:
	@$(BOOTSTRAP) author course build --check

check-scripts:
	@if [ -d node_modules ]; then npm run --silent check; fi

hooks:
	@$(BOOTSTRAP) author pre-commit install

clean:
	rm -rf .venv node_modules .jupyter .trained build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
