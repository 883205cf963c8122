-- Runs that are open, and those that ended lately, are asked for by whoever watches, and old ones by retention: without reading all runs.
create index runs_open on dovetail.runs (state) where state in ('queued', 'running');
create index runs_ended_at on dovetail.runs (ended_at) where ended_at is not null;
