#!/usr/bin/env bash
# Runs an experiment on a Slurm cluster as a job array, and joins the result.
#
#   submit.sh EXPERIMENT OUT [OPTIONS]
#
# OPTIONS go to `comity batch`, such as --replicates 500. Given again, the same command goes
# on where the last one ended.
#
# A second job waits for the array. It submits again exactly the shards that are not whole, up
# to RETRIES times, and joins the parts when all are there. From the environment:
#
#   SHARDS         number of shards                                  [16]
#   RETRIES        how often missing shards are submitted again      [3]
#   AT_ONCE        most tasks that run at a time                     [no limit]
#   COMITY         the program                                       [comity]
#   COMMAND        batch, or sweep for sensitivity indices           [batch]
#   MAX_TIME       see array.sbatch
#   ARRAY_OPTIONS  options of sbatch for the array, such as "--time=2:00:00 --cpus-per-task=4"
#   JOIN_OPTIONS   options of sbatch for the job that joins
set -euo pipefail

if [ $# -lt 2 ]; then
    echo "usage: submit.sh EXPERIMENT OUT [OPTIONS]" >&2
    exit 2
fi
export EXPERIMENT=$1 OUT=$2
shift 2
export SHARDS=${SHARDS:-16} RETRIES=${RETRIES:-3} COMITY=${COMITY:-comity}
export COMMAND=${COMMAND:-batch}
# Slurm runs a copy of this file: the folder is that of the first call.
here=${COMITY_CLUSTER:-$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)}
export COMITY_CLUSTER=$here
# 0 where the user calls; then the number of the array that has ended.
attempt=${COMITY_ATTEMPT:-0}
logs=${OUT%/}-logs

# Submits the job that looks at what there is; `$@`: options of sbatch.
follow() {
    local options
    read -ra options <<<"${JOIN_OPTIONS:-}"
    COMITY_ATTEMPT=$((attempt + 1)) sbatch --parsable --export=ALL --job-name=comity-join \
        --ntasks=1 --output="$logs/join-%j.log" "$@" "${options[@]}" \
        "$here/submit.sh" "$EXPERIMENT" "$OUT" "${more[@]}"
}

more=("$@")
# What to submit, as an array specification: at first everything, as there may be more to do
# than last time, and a shard that is whole ends at once.
todo=1-$SHARDS
if [ "$attempt" -gt 0 ] && [ -e "$OUT/manifest.json" ]; then
    todo=$("$COMITY" status "$OUT" --shards "$SHARDS")
    if [ -z "$todo" ]; then
        exec "$COMITY" merge "$OUT" --quiet
    fi
fi
if [ "$attempt" -gt "$RETRIES" ]; then
    echo "shards $todo of $SHARDS are not whole after $RETRIES retries: see $logs, then submit again" >&2
    exit 1
fi

# The variables of this job are not those of the next.
for name in "${!SLURM_@}"; do
    [ "$name" = SLURM_CONF ] || unset "$name"
done
mkdir -p "$logs"
read -ra options <<<"${ARRAY_OPTIONS:-}"
array=$(sbatch --parsable --export=ALL --array="$todo${AT_ONCE:+%$AT_ONCE}" \
    --output="$logs/%A_%a.log" "${options[@]}" \
    "$here/array.sbatch" "${more[@]}")
array=${array%%;*}
join=$(follow --dependency="afterany:$array")
echo "shards $todo of $SHARDS: array $array; then job ${join%%;*}"
