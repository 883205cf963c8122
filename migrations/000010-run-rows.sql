-- What is said of single rows loses its foreign key to the run: it was asked for every error and every record met, a third of the
-- time of writing them. Whoever removes a run removes these with it.
alter table dovetail.run_errors drop constraint run_errors_run_id_fkey;
alter table dovetail.run_postponed drop constraint run_postponed_run_id_fkey;
alter table dovetail.run_seen drop constraint run_seen_run_id_fkey;
