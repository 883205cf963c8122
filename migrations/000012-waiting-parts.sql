-- Records that belong to a record which waits are kept with it, and written once it is.
alter table dovetail.run_postponed add column parts json;
comment on column dovetail.run_postponed.parts is 'The records that belong to the row and wait with it, as the mapping made them: a list by part. Null: none wait.';
