#!/bin/sh
# Stands in for Wine's two programs in the tests of prefixes: it makes the files that matter, and notes what it was asked for.
printf '%s %s\n' "$(basename "$WINEPREFIX")" "$*" | sed 's/\.partial\.[0-9]*/.partial/' >>"$WINEPREFIX/../asked"
# As Debian's does, for everything.
mkdir -p "$TMPDIR/wine-a1B2c3" && printf wine-a1B2c3 >"$WINEPREFIX/wineserver"
case "$1" in
-k) rm "$WINEPREFIX/runs" 2>/dev/null ;;
-p*)
    [ ! -e "$WINEPREFIX/runs" ] || exit 2
    : >"$WINEPREFIX/runs"
    ;;
wineboot)
    mkdir -p "$WINEPREFIX/drive_c/windows/system32"
    : >"$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll"
    head -c 65536 /dev/zero >"$WINEPREFIX/drive_c/windows/shared.dll"
    cat >"$WINEPREFIX/system.reg" <<'REGISTRY'
[Software\\Microsoft\\Windows NT\\CurrentVersion] 1
"CurrentBuild"="7601"
[System\\CurrentControlSet\\Control\\ProductOptions] 1
[System\\CurrentControlSet\\Control\\Windows] 1
REGISTRY
    ;;
cmd) sed -n 's/^"CurrentBuild"="\(.*\)"$/Microsoft Windows 10.0.\1/p' "$WINEPREFIX/system.reg" ;;
esac
