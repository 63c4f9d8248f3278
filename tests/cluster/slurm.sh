#!/usr/bin/env bash
# A Slurm of one node on this machine, for tests: slurm.sh FOLDER
#
# Needs root, slurm-wlm and munge. Prints "ready" when the node takes jobs, with
# FOLDER/slurm.conf for SLURM_CONF, and stops everything when its standard input ends, which
# it does when the caller does. All files are in FOLDER; it listens on loopback only.
set -euo pipefail

folder=$(cd "${1:?usage: slurm.sh FOLDER}" && pwd)
node=$(hostname -s)
export SLURM_CONF=$folder/slurm.conf
daemons=()

free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 12000))
        # Nobody answers there.
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            echo "$port"
            return
        fi
    done
}

# shellcheck disable=SC2317 # the trap calls it
stop() {
    trap - EXIT
    timeout 5 scancel --user="$(id -un)" 2>/dev/null || true
    for _ in $(seq 50); do
        [ -n "$(timeout 5 squeue --noheader 2>/dev/null)" ] || break
        sleep 0.1
    done
    for ((k = ${#daemons[@]} - 1; k >= 0; k--)); do
        kill "${daemons[k]}" 2>/dev/null || true
        for _ in $(seq 50); do
            kill -0 "${daemons[k]}" 2>/dev/null || break
            sleep 0.1
        done
        kill -KILL "${daemons[k]}" 2>/dev/null || true
    done
}

# Its output, if something went wrong.
fail() {
    echo "$1" >&2
    tail -n 20 "$folder"/*.log >&2 || true
    exit 1
}

trap stop EXIT
trap 'exit 143' TERM INT
# munged wants its folder closed to others' writing but open to their passing.
chmod 0755 "$folder"
mkdir -p "$folder/munge" "$folder/controller" "$folder/node"
(umask 077 && head -c 1024 /dev/urandom >"$folder/munge/key")
munged --foreground --force --socket="$folder/munge/socket" --key-file="$folder/munge/key" \
    --log-file="$folder/munge/log" --pid-file="$folder/munge/pid" \
    --seed-file="$folder/munge/seed" </dev/null >"$folder/munged.log" 2>&1 &
daemons+=("$!")

cat >"$SLURM_CONF" <<CONF
ClusterName=comity
SlurmctldHost=$node(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge/socket
CredType=cred/munge
SlurmctldPort=$(free_port)
SlurmdPort=$(free_port)
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
StateSaveLocation=$folder/controller
SlurmdSpoolDir=$folder/node
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SchedulerParameters=sched_interval=1,bf_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
ReturnToService=2
MpiDefault=none
SwitchType=switch/none
KillWait=5
NodeName=$node NodeAddr=127.0.0.1 CPUs=8 RealMemory=1000 State=UNKNOWN
PartitionName=all Nodes=$node Default=YES MaxTime=INFINITE State=UP
CONF

for _ in $(seq 50); do
    [ ! -S "$folder/munge/socket" ] || break
    sleep 0.1
done
[ -S "$folder/munge/socket" ] || fail "munged does not start"
slurmctld -D </dev/null >"$folder/slurmctld.log" 2>&1 &
daemons+=("$!")
slurmd -D </dev/null >"$folder/slurmd.log" 2>&1 &
daemons+=("$!")
for _ in $(seq 120); do
    if [ "$(sinfo --noheader --format=%t 2>/dev/null)" = idle ]; then
        echo ready
        # A builtin, which a signal interrupts.
        while read -r _; do :; done
        exit 0
    fi
    sleep 0.25
done
fail "no idle node"
