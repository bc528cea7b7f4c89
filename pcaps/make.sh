#!/bin/sh
# Makes the captures of pcaps again: plays each scenario of pcaps/peer on the
# loopback interface under tcpdump, which needs root. With arguments, only
# those scenarios.
#
#   sudo pcaps/make.sh [SCENARIO...]
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/peer" ./peer/cmd/peer

tab=$(printf '\t')
"$work/peer" -list | grep -v '^traffic' >"$work/list"
while IFS="$tab" read -r name port _; do
	case " $* " in
	"  " | *" $name "*) ;;
	*) continue ;;
	esac
	: >"$work/tcpdump"
	tcpdump -i lo -U --immediate-mode -B 65536 -Z "$(id -un)" -w "$work/$name.pcap" "tcp port $port" 2>>"$work/tcpdump" &
	tcpdump=$!
	until grep -q listening "$work/tcpdump"; do
		kill -0 $tcpdump || { cat "$work/tcpdump" >&2; exit 1; }
		sleep 0.05
	done
	"$work/peer" -scenario "$name" -log "$work/$name.log.jsonl" </dev/null
	sleep 0.3 # tcpdump may be behind: TestCapturesHoldTheLogs sees if it was
	kill -INT $tcpdump
	wait $tcpdump || true
	mv "$work/$name.pcap" .
	case $name in
	rate_limit*) ;; # its log is a megabyte of the same
	*) mv "$work/$name.log.jsonl" . ;;
	esac
	echo "$name: $(wc -c <"$name.pcap") bytes"
done <"$work/list"
