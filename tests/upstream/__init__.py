"""The replica: a loop-back server that speaks as Yahoo Finance, MFAPI and AMFI do, with faults on demand."""
