#!/bin/sh
# Run by cron: makes what we know of our suppliers equal to tonight's file, and says what came of it.
# A run that was killed is found by `dovetail runs` and goes on with `dovetail runs resume`.
set -u
file=$1

npx dovetail import "$file" --mapping offers.yaml --max-errors 1% --failed-rows failed.csv --json > report.json
code=$?

case $code in
  0) echo "mirrored" ;;
  4) echo "mirrored, but some rows failed: see failed.csv" ;;
  7) echo "the database is down; try again later" ;;
  *) echo "not mirrored (exit code $code): see report.json" ;;
esac
exit $code
