# make demo   converts a sample: build/demo/     make test    all checks and tests
# make bench  measures                           make extension [PLATFORMS=linux-x64]   builds build/*.zip
# make test-all      the tests in Blender 4.2, 4.5 and 5.0, and the core's with numpy 2
# make sequences     100 random sequences of convert, undo, redo, edit, delete, save, reload
# make pictures      docs/*.png and the figures in docs/shape.md
# make test-window BLENDER="blender" [ZIP=build/X.zip]   the window, with pictures of it in build/window/; it builds and
#                    installs the Linux zip, or takes another one, or with ZIP= this checkout

PYTHON ?= python3.11
VENV := .venv
RUN := $(VENV)/bin/python
INSTALL := -m pip install --quiet --disable-pip-version-check
PLATFORMS ?=
BLENDER ?= blender
WINDOW_OUT ?= build/window
VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' blender_manifest.toml)
BUILT_ZIP := build/brickprint-$(VERSION)-linux-x64.zip

.PHONY: venv demo test bench sequences pictures extension test-window test-all

venv: $(VENV)/.made

$(VENV)/.made: tests/requirements.txt
	.ci/system $(PYTHON)
	$(PYTHON) -m venv $(VENV)
	$(RUN) $(INSTALL) -r tests/requirements.txt
	$(RUN) -c "import bpy"
	touch $@

demo: venv
	$(RUN) batch.py convert samples/lighthouse.glb --out build/demo --formats ldr,report,png

test: venv
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy
	$(RUN) -m pytest

bench: venv
	$(RUN) benchmarks/run.py

sequences: venv
	$(RUN) tests/blender/sequences.py 100

pictures: venv
	$(RUN) docs/make_pictures.py

extension: venv
	$(RUN) .ci/extension.py $(PLATFORMS)

ifeq ($(origin ZIP),undefined)
test-window: ZIP := $(BUILT_ZIP)
test-window: $(BUILT_ZIP)
endif

.PHONY: $(BUILT_ZIP)
$(BUILT_ZIP): venv
	$(RUN) .ci/extension.py linux-x64

test-window:
	mkdir -p $(WINDOW_OUT)
	$(BLENDER) --factory-startup --enable-event-simulate --python tests/window/drive.py -- $(WINDOW_OUT) $(ZIP)

test-all: build/venv-4.2.23-1.24.3/.tested build/venv-4.5.15-1.26.4/.tested build/venv-5.0.1-1.26.4/.tested build/venv-core/.tested

# build/venv-<bpy>-<numpy>
.PRECIOUS: build/venv-%/.made
build/venv-%/.made: tests/requirements.txt
	$(PYTHON) -m venv $(@D)
	grep -Ev '^(bpy|numpy)==' $< > $(@D)/requirements.txt
	$(@D)/bin/python $(INSTALL) -r $(@D)/requirements.txt bpy==$(word 1,$(subst -, ,$*)) numpy==$(word 2,$(subst -, ,$*))
	touch $@

build/venv-core/.made: tests/requirements.txt
	$(PYTHON) -m venv $(@D)
	grep -Ev '^(bpy|numpy|scipy)==' $< > $(@D)/requirements.txt
	$(@D)/bin/python $(INSTALL) -r $(@D)/requirements.txt "numpy>=2.3,<2.4" "scipy>=1.16,<1.17"
	touch $@

.PHONY: build/venv-core/.tested
build/venv-core/.tested: build/venv-core/.made
	$(@D)/bin/python -m pytest tests/core

build/venv-%/.tested: build/venv-%/.made FORCE
	$(@D)/bin/python -m pytest

.PHONY: FORCE
FORCE:
