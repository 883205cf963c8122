-- The line on which a run met a record last, so that a second row for the same record can name both lines, also where only
-- PostgreSQL knows that two spellings are one.

alter table dovetail.run_seen add column line bigint;
