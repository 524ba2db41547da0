#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Extracts the texts of each package that has a translations/ folder and merges them into its *.po files.
set -eu
cd "$(dirname "$0")/.."

for package in dialog_core admin_ui plugins/*/src/*; do
    if [ -d "$package/translations" ]; then
        template=$(mktemp)
        .venv/bin/pybabel --quiet extract --mapping babel.cfg --keywords "lazy_gettext _l:1 hint:1 NotFound:1 NotAllowedNow:1 WrongValue:2 TooLarge:1 SetupProblem:1 _wrong:1 say:2 word:1 mark:1" --sort-by-file --no-location \
            --omit-header --output "$template" "$package"
        for language in ru en; do
            catalogue="$package/translations/$language/LC_MESSAGES/messages.po"
            action=update
            [ -e "$catalogue" ] || action=init
            .venv/bin/pybabel --quiet "$action" --input-file "$template" --output-dir "$package/translations" \
                --locale "$language" --domain messages
            echo "$catalogue"
        done
        rm -f "$template"
    fi
done
