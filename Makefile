# Glassbox. `make help` lists the targets; README.md is the way in.
#
# Knobs: CC, CFLAGS, LDFLAGS (added to, never replaced), V=1 (show commands), WERROR=1,
#        SAN=address|thread (a build of its own under build/), BUILD=DIR, PREFIX, DESTDIR.

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:

# --- where things go ---------------------------------------------------------------------------
PREFIX  ?= /usr/local
DESTDIR ?=

ifeq ($(SAN),)
BUILD ?= build
else
BUILD ?= build/$(SAN)
endif
BIN := $(if $(filter build,$(BUILD)),bin,$(BUILD)/bin)

# --- how it is compiled ------------------------------------------------------------------------
CFLAGS ?= -O2 -g
WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes \
            -Wmissing-prototypes -Wvla $(if $(WERROR),-Werror)
HARDENING := $(if $(SAN),,-fstack-protector-strong $(if $(findstring -O0,$(CFLAGS)),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2))
ifeq ($(SAN),address)
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
else ifeq ($(SAN),thread)
SANITIZE := -fsanitize=thread -fno-omit-frame-pointer
else ifeq ($(SAN),coverage)
SANITIZE := --coverage
else ifneq ($(SAN),)
$(error SAN is '$(SAN)'; it can be address or thread)
endif
COMPILE = $(CC) -std=gnu11 -D_GNU_SOURCE $(if $(SAN),-DGLASSBOX_SANITIZED) $(WARNINGS) $(HARDENING) $(SANITIZE) $(CPPFLAGS) $(CFLAGS) -MMD -MP
# All symbols are bound at the start: on a first call the binding would put vector registers, and so
# maybe a key, on the stack.
LINK    = $(CC) $(SANITIZE) $(CFLAGS) -Wl,-z,relro -Wl,-z,now $(LDFLAGS)
# FUZZ=1 is for clang's libFuzzer: see `make fuzz`.
ifneq ($(FUZZ),)
SANITIZE += -fsanitize=fuzzer-no-link
CPPFLAGS += -DLIBFUZZER
endif
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-5s %s\n' '$(1)' '$(2)')

# --- what there is: each folder is one part; arrows only run downwards ---------------------------
objects = $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard $(1)/*.c $(1)/*/*.c)))

LIB_RSA     := $(BUILD)/libbignum_rsa.a
LIB_SYM     := $(BUILD)/libsymcipher.a
LIB_AGREE   := $(BUILD)/libkey_agreement.a
LIB_CHANNEL := $(BUILD)/libchannel.a
LIB_TESTS   := $(BUILD)/libtests.a
LIBRARIES   := $(LIB_CHANNEL) $(LIB_RSA) $(LIB_AGREE) $(LIB_SYM)
PROGRAM_NAMES := keytool cipher chat ftp attack lesson
PARTS       := bignum_rsa symcipher key_agreement channel $(PROGRAM_NAMES)
PROGRAMS    := $(foreach p,$(PROGRAM_NAMES),$(if $(wildcard $(p)/*.c),$(BIN)/$(p)))

# What is said in other languages: one catalogue each, found by the programs beside $(BIN).
CATALOGUES  := $(patsubst po/%.po,$(BUILD)/locale/%/LC_MESSAGES/glassbox.mo,$(sort $(wildcard po/*.po)))

CRITERION_TESTS := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/unit/*.c tests/interop/*.c tests/e2e/*.c)))
FUZZERS  := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/fuzz/*.c)))
THREADS  := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/threads/*.c)))
SECRETS  := $(if $(SAN),,$(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/secrets/*.c))))
BENCHES  := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/bench/*.c)))
EXAMPLES := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard docs/examples/*.c)))
DOC_TOOLS := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard docs/tools/*.c)))

# What a part may include is what it may know: arrows only run downwards. channel has rooms, each with
# a list of its own; what a room's own headers include, its users see with it. setup/rooms.py (in
# `make lint`) draws the arrows from the code, and fails on one that its table does not have.
LIBS := -Ibignum_rsa -Ikey_agreement -Isymcipher
FAST := -Ibignum_rsa/fast -Ikey_agreement/fast -Isymcipher/fast
# How a library's subject is broken, and the letters of classic ciphers: not for its own core, nor for the protocol.
BREAK := $(patsubst %/,-I%,$(wildcard bignum_rsa/break/ key_agreement/break/ symcipher/break/ symcipher/classic/))
room = $(addprefix -Ichannel/,$(1))
INCLUDE_bignum_rsa    := -Ibignum_rsa -Ibignum_rsa/fast
INCLUDE_symcipher     := -Isymcipher -Isymcipher/fast
INCLUDE_key_agreement := -Ikey_agreement -Ikey_agreement/fast
INCLUDE_bignum_rsa/break    := -Ibignum_rsa/break $(INCLUDE_bignum_rsa)
INCLUDE_symcipher/classic   := -Isymcipher/classic -Isymcipher
INCLUDE_symcipher/break     := -Isymcipher/break -Isymcipher/classic $(INCLUDE_symcipher)
INCLUDE_key_agreement/break := -Ikey_agreement/break $(INCLUDE_key_agreement)
INCLUDE_channel/text     := $(call room,text) -Isymcipher
INCLUDE_channel/console  := $(call room,console text) $(LIBS) $(FAST)
INCLUDE_channel/files    := $(call room,files text) -Isymcipher
INCLUDE_channel/protocol := $(call room,protocol) $(LIBS)
INCLUDE_channel/drivers  := $(call room,drivers protocol) $(LIBS)
INCLUDE_channel/keys     := $(call room,keys text files protocol) $(LIBS)
INCLUDE_channel/peers    := $(call room,peers keys files text protocol) $(LIBS)
INCLUDE_channel/explain  := $(call room,explain protocol keys files console text) $(LIBS)
INCLUDE_channel/options  := $(call room,options explain peers keys drivers protocol files console text) $(LIBS)
INCLUDE_channel := $(INCLUDE_channel/options)
# A program has rooms too: folders of its own, which see each other.
rooms = -I$(1) $(patsubst %/,-I%,$(wildcard $(1)/*/))
INCLUDE_keytool    := $(FAST) $(call rooms,keytool) $(call room,options explain peers keys protocol files console text) $(LIBS) $(BREAK)
INCLUDE_chat       := -Ichat $(INCLUDE_channel)
INCLUDE_ftp        := $(call rooms,ftp) $(INCLUDE_channel)
INCLUDE_cipher     := $(call rooms,cipher) $(call room,files console text) -Isymcipher -Isymcipher/classic -Ikey_agreement -Ikey_agreement/break
INCLUDE_attack     := $(call rooms,attack) $(INCLUDE_channel) $(BREAK)
INCLUDE_lesson     := $(call rooms,lesson) $(INCLUDE_channel) $(BREAK)
INCLUDE_tests      := -Itests/support -iquote tests/support/ifma $(INCLUDE_channel) -Ibignum_rsa/fast -Isymcipher/fast -Ikey_agreement/fast $(BREAK) -Ichat -Iftp -Iftp/server -Iftp/client -Iattack/middle -Ilesson/task -Ilesson/html
# One folder finds an <immintrin.h> of its own: instructions written out in C.
INCLUDE_tests/support/ifma := -Itests/support/ifma -Ibignum_rsa/fast -Isymcipher -Isymcipher/fast
INCLUDE_docs       := $(INCLUDE_channel)
# The list of an object's room, else of its part.
includes = $(or $(INCLUDE_$(patsubst %/,%,$(dir $(1)))),$(INCLUDE_$(firstword $(subst /, ,$(1)))))

# GMP-ECM's library, for one method of `attack rsa factor`: used where it is installed, done without where
# it is not. `make ECM=` does without it in any case.
ifeq ($(origin ECM),undefined)
ECM := $(shell echo 'int main(void) { return 0; }' | $(CC) -include ecm.h -x c - -lecm -lgmp -o /dev/null 2>/dev/null && echo -lecm)
endif
comma := ,
$(BUILD)/bignum_rsa/break/rsa_ecm.o: CPPFLAGS += $(if $(ECM),-DGLASSBOX_ECM)

LINK_LIBRARIES := -ljansson -lgmp -lpthread -lm -ldl $(if $(ECM),-Wl$(comma)--as-needed $(ECM) -Wl$(comma)--no-as-needed)
LINK_keytool   := -lsmartcols
LINK_cipher    := -lpng
LINK_chat      := -luv -ledit
LINK_ftp       := -luv -ledit -lcrypt -ldl
LINK_attack    := -luv -ledit -lsmartcols
LINK_lesson    := -lsmartcols -lmd4c

$(BUILD)/%.o: %.c
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(COMPILE) $(call includes,$*) -c -o $@ $<

# Lanes work on one thread's own numbers: ThreadSanitizer would find nothing there, and no fuzzer has
# a branch to reach. With either, or without the optimizer, a key takes seconds.
ifneq ($(filter thread coverage,$(SAN)),)
$(BUILD)/bignum_rsa/fast/rsa_lanes_%.o: SANITIZE :=
$(BUILD)/bignum_rsa/fast/rsa_lanes_%.o: override CFLAGS := -O2 -g
endif

# What .incbin reads is no header that -MMD would see.
$(BUILD)/channel/explain/page_assets.o: channel/explain/page.css channel/explain/page.js
$(BUILD)/channel/explain/live_assets.o: channel/explain/page_live.css channel/explain/page_live.js
$(BUILD)/symcipher/break/sym_byte_texts.o: $(addprefix symcipher/break/texts/,english.txt russian.txt talk.txt)
$(BUILD)/keytool/audit/audit_report.o: keytool/audit/audit.css
$(BUILD)/lesson/html/html_assets.o: lesson/html/lesson.css lesson/html/lesson.js

$(LIB_RSA): $(call objects,bignum_rsa)
$(LIB_SYM): $(call objects,symcipher)
$(LIB_AGREE): $(call objects,key_agreement)
$(LIB_CHANNEL): $(call objects,channel)
$(LIB_TESTS): $(call objects,tests/support)
$(BUILD)/%.a:
	$(call say,AR,$@)
	@rm -f $@
	$(Q)ar rcs $@ $^

$(CATALOGUES): $(BUILD)/locale/%/LC_MESSAGES/glassbox.mo: po/%.po
	$(call say,MSGFMT,$<)
	@mkdir -p $(@D)
	$(Q)msgfmt -o $@ $<

define PROGRAM
$(BIN)/$(1): $(call objects,$(1)) $(LIBRARIES)
	$$(call say,LINK,$$@)
	@mkdir -p $$(@D)
	$$(Q)$$(LINK) -o $$@ $$^ $$(LINK_$(1)) $(LINK_LIBRARIES)
endef
$(foreach p,$(PROGRAM_NAMES),$(eval $(call PROGRAM,$(p))))

# What both ends of ftp share has unit tests of its own, and so have accounts, the names of a
# listing, and what the client reads.
FTP_TESTS := $(filter $(BUILD)/tests/unit/ftp_%,$(CRITERION_TESTS))
$(FTP_TESTS): $(patsubst %.c,$(BUILD)/%.o,$(filter-out ftp/main.c,$(wildcard ftp/*.c)) \
                                           $(addprefix ftp/server/,account.c jail.c listing_names.c) \
                                           $(wildcard ftp/client/entry*.c))
$(FTP_TESTS): LINK_LIBRARIES += -larchive

# And so has what the chat server knows of those who come and go.
$(filter $(BUILD)/tests/unit/chat_% $(BUILD)/tests/e2e/chat_crowd,$(CRITERION_TESTS)): \
    $(patsubst %,$(BUILD)/chat/%.o,announce roster chat_line)

# And the person in the middle, without the sockets.
MIDDLE_TESTS := $(filter $(BUILD)/tests/unit/middle_%,$(CRITERION_TESTS))
$(MIDDLE_TESTS): $(patsubst %.c,$(BUILD)/%.o,$(filter-out %/attack_middle.c %/middle_net.c %/middle_pair.c %/middle_record.c %/middle_live.c,$(wildcard attack/middle/*.c)))

# Pages of lessons, without the frame around them.
HTML_TESTS := $(filter $(BUILD)/tests/unit/html_%,$(CRITERION_TESTS))
$(HTML_TESTS): $(patsubst %,$(BUILD)/lesson/html/%.o,glossary glossary_find html_words slug markdown markdown_blocks markdown_spans)
$(HTML_TESTS): LINK_LIBRARIES += -lmd4c

# And the tasks of the lessons, without their commands.
TASK_TESTS := $(filter $(BUILD)/tests/unit/task_%,$(CRITERION_TESTS))
$(TASK_TESTS): $(patsubst %.c,$(BUILD)/%.o,$(filter-out %commands.c %grade.c,$(wildcard lesson/task/*.c)))
$(TASK_TESTS): LINK_LIBRARIES += -lsmartcols

# Vectors wider than the processor's are no calls' business here.
$(BUILD)/tests/unit/sym_widths.o $(BUILD)/tests/support/ifma/poly1305_in_c.o: CPPFLAGS += -Wno-psabi

$(CRITERION_TESTS): $(BUILD)/%: $(BUILD)/%.o $(LIB_TESTS) $(LIBRARIES)
	$(call say,LINK,$@)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) $(filter %.a,$^) -lcriterion -luv $(LINK_LIBRARIES)
$(THREADS) $(SECRETS) $(BENCHES): $(BUILD)/%: $(BUILD)/%.o $(LIB_TESTS) $(LIBRARIES)
	$(call say,LINK,$@)
	$(Q)$(LINK) -o $@ $^ -luv $(LINK_LIBRARIES)

# A fuzzer of what is inside a program begins with that program's name. Its parts without main are an
# archive: where the fuzzer has all functions of a part itself, the linker does not take that part.
define FUZZ_INSIDE
$(BUILD)/tests/fuzz/lib$(1).a: $(filter-out $(BUILD)/$(1)/main.o,$(call objects,$(1)))
$(BUILD)/tests/fuzz/$(1)_%.o: INCLUDE_tests := $(call rooms,$(1)) $(INCLUDE_tests)
$(filter $(BUILD)/tests/fuzz/$(1)_%,$(FUZZERS)): $(BUILD)/tests/fuzz/lib$(1).a
$(filter $(BUILD)/tests/fuzz/$(1)_%,$(FUZZERS)): LINK_LIBRARIES += $(LINK_$(1))
endef
$(foreach p,chat ftp,$(eval $(call FUZZ_INSIDE,$(p))))
$(FUZZERS): $(BUILD)/%: $(BUILD)/%.o $(LIB_TESTS) $(LIBRARIES)
	$(call say,LINK,$@)
	$(Q)$(LINK) $(if $(FUZZ),-fsanitize=fuzzer) -o $@ $< $(filter $(BUILD)/tests/fuzz/%.a,$^) $(LIB_TESTS) $(LIBRARIES) $(LINK_LIBRARIES)
$(EXAMPLES) $(DOC_TOOLS): $(BUILD)/%: $(BUILD)/%.o $(LIBRARIES)
	$(call say,LINK,$@)
	$(Q)$(LINK) -o $@ $^ $(LINK_LIBRARIES)

# --- targets -------------------------------------------------------------------------------------
.PHONY: all help deps programs tests objects end-to-end test check soak fuzz fuzz-coverage fuzzers demo bench docs po lint reading format install uninstall clean

all: $(LIBRARIES) $(PROGRAMS) $(CATALOGUES)  ## build the libraries and the programs (into bin/)

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

deps:  ## install what is missing to build and test (Debian, Ubuntu)
	@setup/install-deps.sh test

test: deps  ## install what is missing, build, run every test
	@+$(MAKE) --no-print-directory check

# Criterion's workers and ThreadSanitizer do not go together. SAN=thread runs the plain programs of
# tests/threads, and the end-to-end tests: built without it themselves (in build/), they drive the
# programs that are built with it.
ifeq ($(SAN),thread)
tests: all $(THREADS)
	@+$(MAKE) --no-print-directory SAN= BUILD=build end-to-end
else
tests: all $(CRITERION_TESTS) $(FUZZERS) $(THREADS) $(SECRETS) $(EXAMPLES) $(DOC_TOOLS)
endif

# Every source is compiled, nothing is linked: for the warnings of another compiler.
objects: $(foreach p,$(PARTS) tests/support,$(call objects,$(p))) \
         $(addsuffix .o,$(CRITERION_TESTS) $(FUZZERS) $(THREADS) $(SECRETS) $(BENCHES) $(EXAMPLES) $(DOC_TOOLS))

end-to-end: $(EXAMPLES) $(filter $(BUILD)/tests/e2e/%,$(CRITERION_TESTS))

check: tests  ## run every test of this build (TESTS='tests/unit/rsa_*' picks some)
	@BUILD=$(BUILD) BIN=$(BIN) SAN=$(SAN) tests/run.sh $(TESTS)

bench: tests $(BENCHES)  ## measure: ratios against openssl and plain GMP on this machine
	@setup/install-deps.sh bench
	@for bench in $(BENCHES); do BIN=$(BIN) $$bench || exit 1; done

soak: all  ## both servers under bad clients for 20 minutes, beside two honest people (SOAK_SECONDS=N)
	@SAN=$(SAN) BIN=$(BIN) python3 tests/soak.py --seconds $(or $(SOAK_SECONDS),1200)

FUZZ_SECONDS ?= 60
fuzz:  ## look for inputs that break a parser (clang's libFuzzer; FUZZ_SECONDS=60 in all)
	@setup/install-deps.sh lint
	@+$(MAKE) --no-print-directory CC=clang SAN=address FUZZ=1 BUILD=build/fuzz fuzzers
	@BUILD=build/fuzz tests/fuzz.sh run $(FUZZ_SECONDS)

fuzz-coverage:  ## how much of each parser the fuzzers reach
	@+$(MAKE) --no-print-directory SAN=coverage CFLAGS='-O0 -g' BUILD=build/coverage fuzzers
	@BUILD=build/coverage tests/fuzz.sh coverage

fuzzers: $(FUZZERS)

demo:  ## install what is missing, build, and play the whole story
	@setup/install-deps.sh build
	@+$(MAKE) --no-print-directory all
	@BIN=$(BIN) docs/demo.sh

po:  ## write the texts that the sources have for people into the catalogues, po/*.po
	@po/update.sh

docs: all $(DOC_TOOLS)  ## write the tables and pictures of the docs and Wireshark's dissector anew; all pages as HTML
	@BUILD=$(BUILD) docs/tools/update.sh
	@$(BIN)/lesson read --all -o $(BUILD)/docs-html

SOURCES := $(shell git ls-files '*.[ch]' 2>/dev/null)
SCRIPTS := $(shell git ls-files '*.sh' '*.bash' .ci/run setup/glassbox 2>/dev/null)

lint:  ## formatting, static analysis, shell scripts (clang-format, cppcheck, clang-tidy, shellcheck)
	@setup/install-deps.sh lint
	$(Q)clang-format --dry-run -Werror $(SOURCES)
	$(Q)! grep -nE '== NULL|\bsizeof [a-z*]' $(SOURCES) || { echo 'lint: write !p, and sizeof(x)' >&2; exit 1; }
	$(Q)cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,performance,portability \
	    --inline-suppr --suppressions-list=setup/cppcheck.txt -j2 \
	    $(foreach part,$(PARTS),$(call rooms,$(part))) \
	    $(filter $(addsuffix /%,$(PARTS)),$(SOURCES))
	$(Q)printf '%s\n' $(filter $(addsuffix /%.c,$(PARTS)),$(SOURCES)) | \
	    xargs -P2 -n8 setup/tidy.sh
	$(Q)shellcheck $(SCRIPTS)
	$(Q)setup/prose.py --self-test && setup/prose.py
	$(Q)setup/twins.py --self-test && setup/twins.py
	$(Q)setup/rooms.py --self-test && setup/rooms.py
	$(Q)po/update.sh --check
	$(Q)setup/words.py --self-test && setup/words.py
	@echo "lint: clean"

reading:  ## the core in reading order, and the weekend path, with line counts
	@setup/reading.py

format:  ## format the sources in place
	clang-format -i $(SOURCES)

# What a lesson needs beside the programs: the pages, and what their commands use.
PAGES := $(shell find docs -type f -name '[!.]*' ! -name '*.pyc' \( -name '*.md' -o -name reading.txt -o \
                 -path 'docs/examples/*' -o -path 'docs/museum/*' -o -path 'docs/pictures/*' \) | LC_ALL=C sort)

install: all  ## install under PREFIX (default /usr/local); DESTDIR for packagers
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/libexec/glassbox \
	    $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/include/glassbox $(DESTDIR)$(PREFIX)/share/doc/glassbox
	install -d $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/bash-completion/completions \
	    $(DESTDIR)$(PREFIX)/share/glassbox/wireshark
	install -m 755 $(PROGRAMS) $(DESTDIR)$(PREFIX)/libexec/glassbox/
	install -m 755 setup/glassbox $(DESTDIR)$(PREFIX)/bin/glassbox
	install -m 644 $(LIBRARIES) $(DESTDIR)$(PREFIX)/lib/
	setup/public_headers.py $(DESTDIR)$(PREFIX)/include/glassbox
	sed 's|@PREFIX@|$(PREFIX)|' setup/glassbox.pc.in >$(DESTDIR)$(PREFIX)/lib/pkgconfig/glassbox.pc
	install -m 644 README.md README.ru.md LICENSE $(DESTDIR)$(PREFIX)/share/doc/glassbox/
	$(foreach f,$(PAGES),install -D -m 644 $(f) $(DESTDIR)$(PREFIX)/share/glassbox/$(f) &&) true
	rm -rf $(DESTDIR)$(PREFIX)/share/doc/glassbox/docs
	ln -s ../../glassbox/docs $(DESTDIR)$(PREFIX)/share/doc/glassbox/docs
	install -m 644 docs/wireshark/glassbox.lua $(DESTDIR)$(PREFIX)/share/glassbox/wireshark/
	install -m 644 setup/completion.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/glassbox
	install -m 644 setup/glassbox.1 $(DESTDIR)$(PREFIX)/share/man/man1/
	$(foreach c,$(CATALOGUES),install -D -m 644 $(c) $(DESTDIR)$(PREFIX)/share/$(patsubst $(BUILD)/%,%,$(c)) &&) true
	$(foreach p,$(PROGRAMS),setup/man.sh $(p) $(notdir $(p)) >$(DESTDIR)$(PREFIX)/share/man/man1/glassbox-$(notdir $(p)).1 &&) true

uninstall:  ## remove what install put there
	rm -rf $(DESTDIR)$(PREFIX)/bin/glassbox $(DESTDIR)$(PREFIX)/libexec/glassbox \
	    $(DESTDIR)$(PREFIX)/include/glassbox $(DESTDIR)$(PREFIX)/share/doc/glassbox $(DESTDIR)$(PREFIX)/share/glassbox \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions/glassbox \
	    $(DESTDIR)$(PREFIX)/share/man/man1/glassbox.1 \
	    $(foreach c,$(CATALOGUES),$(DESTDIR)$(PREFIX)/share/$(patsubst $(BUILD)/%,%,$(c))) \
	    $(foreach p,$(PROGRAMS),$(DESTDIR)$(PREFIX)/share/man/man1/glassbox-$(notdir $(p)).1) \
	    $(DESTDIR)$(PREFIX)/lib/pkgconfig/glassbox.pc $(addprefix $(DESTDIR)$(PREFIX)/lib/,$(notdir $(LIBRARIES)))

clean:  ## remove what was built
	rm -rf build bin

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
