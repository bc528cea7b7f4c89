#!/bin/sh
# Makes the captures of pcaps again: plays each scenario of pcaps/peer in a
# network namespace of its own under tcpdump, on its loopback interface, which
# needs root. With arguments, only those scenarios.
#
#   sudo pcaps/make.sh [SCENARIO...]
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
spaces=
trap 'for s in $spaces; do ip netns del $s; done; rm -rf "$work"' EXIT
go build -o "$work" ./peer/cmd/peer ./peer/cmd/link

# space NAME: a network namespace.
space() {
	ip netns add "$1"
	spaces="$spaces $1"
	ip -n "$1" link set lo up
}

# record SPACE INTERFACE FILE ARGUMENT...: tcpdump in a namespace, its process in $tcpdump.
record() {
	in=$1 on=$2 to=$3
	shift 3
	: >"$to.tcpdump"
	ip netns exec "$in" tcpdump -i "$on" -U --immediate-mode -B 65536 -Z "$(id -un)" -w "$to" "$@" 2>"$to.tcpdump" &
	tcpdump=$!
	until grep -q listening "$to.tcpdump"; do
		kill -0 $tcpdump || { cat "$to.tcpdump" >&2; exit 1; }
		sleep 0.05
	done
}

# finish PROCESS...: ends those tcpdumps.
finish() {
	sleep 0.3 # tcpdump may be behind: TestCapturesHoldTheLogs sees if it was
	kill -INT "$@"
	wait "$@" || true
}

# here SCENARIO PORT FILE [ARGUMENT...]: both ends on one machine.
here() {
	name=$1 port=$2 to=$3
	shift 3
	space "pcaps-$name"
	record "pcaps-$name" lo "$to" "$@" "tcp port $port"
	ip netns exec "pcaps-$name" "$work/peer" -scenario "$name" -log "$work/$name.log.jsonl" </dev/null
	finish $tcpdump
}

# wire DELAY SPACE DEVICE ADDRESS SPACE DEVICE ADDRESS: joins two namespaces.
wire() {
	mkfifo "$work/$3"
	"$work/link" -delay "$1" "$3" "$6" >"$work/$3" &
	links="$links $!"
	read -r _ <"$work/$3"
	ip link set "$3" netns "$2"
	ip link set "$6" netns "$5"
	ip -n "$2" address add "$4" dev "$3"
	ip -n "$5" address add "$7" dev "$6"
	ip -n "$2" link set "$3" up
	ip -n "$5" link set "$6" up
}

# apart SCENARIO PORT: the ends apart, 20 ms there and back from the middle,
# captured near each end and in the middle.
apart() {
	links=
	for s in client middle server; do space "pcaps-$s"; done
	wire 10ms pcaps-client client 10.0.1.1/24 pcaps-middle middle1 10.0.1.2/24
	wire 10ms pcaps-middle middle2 10.0.2.2/24 pcaps-server server 10.0.2.1/24
	ip -n pcaps-client route add default via 10.0.1.2
	ip -n pcaps-server route add default via 10.0.2.2
	ip netns exec pcaps-middle sysctl -qw net.ipv4.ip_forward=1
	dumps=
	for s in client middle1 server; do
		record "pcaps-${s%1}" $s "$work/$1.${s%1}" "tcp port $2"
		dumps="$dumps $tcpdump"
	done
	ip netns exec pcaps-server "$work/peer" -role ismg -scenario "$1" -listen "10.0.2.1:$2" -duration 8s -log /dev/null &
	sleep 1
	ip netns exec pcaps-client "$work/peer" -role sp -scenario "$1" -connect "10.0.2.1:$2" -log /dev/null </dev/null
	finish $dumps
	kill $links
	for s in client middle server; do mv "$work/$1.$s" "${1%_*}_${s}_${1##*_}.pcap"; done
}

tab=$(printf '\t')
"$work/peer" -list | grep -v '^traffic' >"$work/list"
while IFS="$tab" read -r name port _; do
	case " $* " in
	"  " | *" $name "*) ;;
	*) continue ;;
	esac
	case $name in
	far*) # near the client, in the middle, near the server
		apart "$name" "$port"
		;;
	second_file*) # two files, as -G makes them
		here "$name" "$port" "$work/$name.%s.pcap" -G 2
		n=0
		for file in "$work/$name".*.pcap; do
			n=$((n + 1))
			mv "$file" "${name%_*}_${n}_${name##*_}.pcap"
		done
		[ $n = 2 ] || { echo "$name: $n files in place of 2: make it again on a machine that has less to do" >&2; exit 1; }
		;;
	one_way*) # what the SP sends, and what the ISMG sends
		here "$name" "$port" "$work/$name.pcap"
		tcpdump -Z "$(id -un)" -r "$work/$name.pcap" -w "${name%_*}_sp_${name##*_}.pcap" "dst port $port" 2>/dev/null
		tcpdump -Z "$(id -un)" -r "$work/$name.pcap" -w "${name%_*}_ismg_${name##*_}.pcap" "src port $port" 2>/dev/null
		;;
	rate_limit*) # its log is a megabyte of the same
		here "$name" "$port" "$work/$name.pcap"
		mv "$work/$name.pcap" .
		;;
	*)
		here "$name" "$port" "$work/$name.pcap"
		mv "$work/$name.pcap" "$work/$name.log.jsonl" .
		;;
	esac
	echo "$name: $(cat "${name%_*}"_*"${name##*_}".pcap | wc -c) bytes"
done <"$work/list"
