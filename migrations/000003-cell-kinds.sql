-- What each cell of a failed row was (absent, empty, null, text, JSON), one digit a cell: the file of failed rows is
-- written as the source was, so that a null comes back as a null and a number as a number.

alter table dovetail.run_errors add column kinds text;
alter table dovetail.run_postponed add column kinds text;
