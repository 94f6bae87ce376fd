SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE FUNCTION public.rasoat_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME; END $$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.absence (
    source text NOT NULL COLLATE pg_catalog."C",
    key text NOT NULL COLLATE pg_catalog."C",
    since text NOT NULL COLLATE pg_catalog."C",
    last_day text NOT NULL COLLATE pg_catalog."C",
    nights integer NOT NULL,
    evidence text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.account (
    name text NOT NULL COLLATE pg_catalog."C",
    role text NOT NULL COLLATE pg_catalog."C",
    password text NOT NULL COLLATE pg_catalog."C",
    created_at text NOT NULL COLLATE pg_catalog."C",
    removed_at text COLLATE pg_catalog."C",
    CONSTRAINT ck_account_role CHECK ((role = ANY (ARRAY['viewer'::text, 'analyst'::text, 'admin'::text])))
);
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.alert (
    alert_id integer NOT NULL,
    run_id integer,
    dedupe_key text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    channel text NOT NULL COLLATE pg_catalog."C",
    recipient text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C",
    subject text NOT NULL COLLATE pg_catalog."C",
    body text NOT NULL COLLATE pg_catalog."C",
    finding_count integer NOT NULL,
    created_at text NOT NULL COLLATE pg_catalog."C",
    sent_at text COLLATE pg_catalog."C",
    attempts integer NOT NULL,
    last_error text COLLATE pg_catalog."C",
    html text COLLATE pg_catalog."C",
    attachment text COLLATE pg_catalog."C",
    next_try_at text COLLATE pg_catalog."C",
    sent_run integer
);
CREATE SEQUENCE public.alert_alert_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.alert_alert_id_seq OWNED BY public.alert.alert_id;
CREATE TABLE public.alert_finding (
    alert_id integer NOT NULL,
    finding_id integer NOT NULL
);
CREATE TABLE public.announcement (
    decision_number text NOT NULL COLLATE pg_catalog."C",
    code text NOT NULL COLLATE pg_catalog."C",
    province_decision_number text NOT NULL COLLATE pg_catalog."C",
    province_decision_date text COLLATE pg_catalog."C",
    published_on text COLLATE pg_catalog."C"
);
CREATE TABLE public.assignment_rule (
    rule_id integer NOT NULL,
    code text COLLATE pg_catalog."C",
    field text COLLATE pg_catalog."C",
    agency text COLLATE pg_catalog."C",
    ministry text COLLATE pg_catalog."C",
    division text NOT NULL COLLATE pg_catalog."C",
    person text COLLATE pg_catalog."C",
    leader text COLLATE pg_catalog."C",
    actor text NOT NULL COLLATE pg_catalog."C",
    at text NOT NULL COLLATE pg_catalog."C",
    ended_by text COLLATE pg_catalog."C",
    ended_at text COLLATE pg_catalog."C"
);
CREATE SEQUENCE public.assignment_rule_rule_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.assignment_rule_rule_id_seq OWNED BY public.assignment_rule.rule_id;
CREATE TABLE public.change (
    change_id integer NOT NULL,
    run_id integer NOT NULL,
    snapshot_id integer NOT NULL,
    source text NOT NULL COLLATE pg_catalog."C",
    key text NOT NULL COLLATE pg_catalog."C",
    code text COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    attribute text COLLATE pg_catalog."C",
    old_value text COLLATE pg_catalog."C",
    new_value text COLLATE pg_catalog."C",
    successor_code text COLLATE pg_catalog."C",
    evidence text NOT NULL COLLATE pg_catalog."C",
    rules_version text NOT NULL COLLATE pg_catalog."C"
);
CREATE SEQUENCE public.change_change_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.change_change_id_seq OWNED BY public.change.change_id;
CREATE TABLE public.code_match (
    source text NOT NULL COLLATE pg_catalog."C",
    key text NOT NULL COLLATE pg_catalog."C",
    code text NOT NULL COLLATE pg_catalog."C",
    matched_by text NOT NULL COLLATE pg_catalog."C",
    actor text COLLATE pg_catalog."C",
    at text NOT NULL COLLATE pg_catalog."C",
    run_id integer,
    CONSTRAINT ck_code_match_matched_by CHECK ((matched_by = ANY (ARRAY['name'::text, 'person'::text])))
);
CREATE TABLE public.column_mapping (
    mapping_id integer NOT NULL,
    shape text NOT NULL COLLATE pg_catalog."C",
    version integer NOT NULL,
    headings text NOT NULL COLLATE pg_catalog."C",
    mapping text NOT NULL COLLATE pg_catalog."C",
    actor text NOT NULL COLLATE pg_catalog."C",
    at text NOT NULL COLLATE pg_catalog."C"
);
CREATE SEQUENCE public.column_mapping_mapping_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.column_mapping_mapping_id_seq OWNED BY public.column_mapping.mapping_id;
CREATE TABLE public.decision (
    decision_number text NOT NULL COLLATE pg_catalog."C",
    agency text COLLATE pg_catalog."C",
    decision_date text COLLATE pg_catalog."C",
    effective_date text COLLATE pg_catalog."C",
    due_date text COLLATE pg_catalog."C",
    due_basis text COLLATE pg_catalog."C",
    new_codes text NOT NULL COLLATE pg_catalog."C",
    changed_codes text NOT NULL COLLATE pg_catalog."C",
    repealed_codes text NOT NULL COLLATE pg_catalog."C",
    announced double precision NOT NULL,
    division text COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C",
    run_id integer NOT NULL,
    person text COLLATE pg_catalog."C",
    leader text COLLATE pg_catalog."C",
    proposals text DEFAULT '[]'::text NOT NULL COLLATE pg_catalog."C",
    repealed_rows text DEFAULT '[]'::text NOT NULL COLLATE pg_catalog."C",
    late_days integer,
    counts integer DEFAULT 1 NOT NULL,
    asks integer DEFAULT 1 NOT NULL,
    on_portal integer DEFAULT 1 NOT NULL
);
CREATE TABLE public.decision_code (
    decision_number text NOT NULL COLLATE pg_catalog."C",
    code text NOT NULL COLLATE pg_catalog."C",
    role text NOT NULL COLLATE pg_catalog."C",
    stage text NOT NULL COLLATE pg_catalog."C",
    entered_by text COLLATE pg_catalog."C",
    submission_number text COLLATE pg_catalog."C",
    submission_date text COLLATE pg_catalog."C",
    name text COLLATE pg_catalog."C",
    level text COLLATE pg_catalog."C",
    CONSTRAINT ck_decision_code_role CHECK ((role = ANY (ARRAY['new'::text, 'changed'::text, 'repealed'::text])))
);
CREATE TABLE public.document (
    document_id integer NOT NULL,
    digest text NOT NULL COLLATE pg_catalog."C",
    place integer NOT NULL,
    file text NOT NULL COLLATE pg_catalog."C",
    number text COLLATE pg_catalog."C",
    date text COLLATE pg_catalog."C",
    role text COLLATE pg_catalog."C",
    head text NOT NULL COLLATE pg_catalog."C",
    parts text NOT NULL COLLATE pg_catalog."C",
    matches text DEFAULT '{}'::text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C",
    held_for text DEFAULT '[]'::text NOT NULL COLLATE pg_catalog."C",
    read_at text NOT NULL COLLATE pg_catalog."C",
    read_by text COLLATE pg_catalog."C",
    decided_at text COLLATE pg_catalog."C",
    decided_by text COLLATE pg_catalog."C",
    reason text COLLATE pg_catalog."C",
    applied_at text COLLATE pg_catalog."C",
    run_id integer,
    rules_version text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT ck_document_state CHECK ((state = ANY (ARRAY['read'::text, 'held'::text, 'confirmed'::text, 'withdrawn'::text])))
);
CREATE SEQUENCE public.document_document_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.document_document_id_seq OWNED BY public.document.document_id;
CREATE TABLE public.duty (
    duty_id integer NOT NULL,
    subject_kind text NOT NULL COLLATE pg_catalog."C",
    subject text NOT NULL COLLATE pg_catalog."C",
    division text NOT NULL COLLATE pg_catalog."C",
    person text COLLATE pg_catalog."C",
    leader text COLLATE pg_catalog."C",
    due_date text COLLATE pg_catalog."C",
    extended_until text COLLATE pg_catalog."C",
    extension_reason text COLLATE pg_catalog."C",
    reply text COLLATE pg_catalog."C",
    replied_at text COLLATE pg_catalog."C",
    reminders integer NOT NULL,
    urged_on text COLLATE pg_catalog."C",
    escalated_on text COLLATE pg_catalog."C",
    closed_at text COLLATE pg_catalog."C"
);
CREATE SEQUENCE public.duty_duty_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.duty_duty_id_seq OWNED BY public.duty.duty_id;
CREATE TABLE public.exclusion (
    exclusion_id integer NOT NULL,
    code text COLLATE pg_catalog."C",
    agency text COLLATE pg_catalog."C",
    field text COLLATE pg_catalog."C",
    actor text NOT NULL COLLATE pg_catalog."C",
    reason text NOT NULL COLLATE pg_catalog."C",
    at text NOT NULL COLLATE pg_catalog."C",
    ended_by text COLLATE pg_catalog."C",
    ended_at text COLLATE pg_catalog."C"
);
CREATE SEQUENCE public.exclusion_exclusion_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.exclusion_exclusion_id_seq OWNED BY public.exclusion.exclusion_id;
CREATE TABLE public.finding (
    finding_id integer NOT NULL,
    fingerprint text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    severity text NOT NULL COLLATE pg_catalog."C",
    status text NOT NULL COLLATE pg_catalog."C",
    subject text NOT NULL COLLATE pg_catalog."C",
    code text COLLATE pg_catalog."C",
    name text COLLATE pg_catalog."C",
    attribute text COLLATE pg_catalog."C",
    catalogue_value text COLLATE pg_catalog."C",
    national_value text COLLATE pg_catalog."C",
    provincial_value text COLLATE pg_catalog."C",
    successor_code text COLLATE pg_catalog."C",
    division text COLLATE pg_catalog."C",
    due_date text COLLATE pg_catalog."C",
    sources text NOT NULL COLLATE pg_catalog."C",
    sides text NOT NULL COLLATE pg_catalog."C",
    ignored_sides text COLLATE pg_catalog."C",
    first_seen_run integer NOT NULL,
    last_seen_run integer NOT NULL,
    resolved_run integer,
    evidence text NOT NULL COLLATE pg_catalog."C",
    rules_version text NOT NULL COLLATE pg_catalog."C",
    version integer DEFAULT 1 NOT NULL,
    weight integer DEFAULT 9 NOT NULL,
    field text COLLATE pg_catalog."C",
    levels text COLLATE pg_catalog."C",
    assigned text COLLATE pg_catalog."C",
    person text COLLATE pg_catalog."C",
    wanted_by text COLLATE pg_catalog."C",
    acting text COLLATE pg_catalog."C",
    deadline text COLLATE pg_catalog."C",
    search text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.finding_event (
    event_id integer NOT NULL,
    finding_id integer NOT NULL,
    run_id integer,
    at text NOT NULL COLLATE pg_catalog."C",
    actor text NOT NULL COLLATE pg_catalog."C",
    action text NOT NULL COLLATE pg_catalog."C",
    from_status text COLLATE pg_catalog."C",
    to_status text COLLATE pg_catalog."C",
    note text COLLATE pg_catalog."C"
);
CREATE SEQUENCE public.finding_event_event_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.finding_event_event_id_seq OWNED BY public.finding_event.event_id;
CREATE SEQUENCE public.finding_finding_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.finding_finding_id_seq OWNED BY public.finding.finding_id;
CREATE TABLE public.finding_past (
    past_id integer NOT NULL,
    finding_id integer NOT NULL,
    until text NOT NULL COLLATE pg_catalog."C",
    said text NOT NULL COLLATE pg_catalog."C",
    run_id integer
);
CREATE SEQUENCE public.finding_past_past_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.finding_past_past_id_seq OWNED BY public.finding_past.past_id;
CREATE TABLE public.gate_pass (
    source text NOT NULL COLLATE pg_catalog."C",
    suite text NOT NULL COLLATE pg_catalog."C",
    fingerprint text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.kpi (
    run_id integer NOT NULL,
    level text NOT NULL COLLATE pg_catalog."C",
    as_of text NOT NULL COLLATE pg_catalog."C",
    procedures integer NOT NULL,
    eligible_full integer NOT NULL,
    online_full integer NOT NULL,
    online_partial integer NOT NULL,
    online_none integer NOT NULL,
    without_reason integer NOT NULL,
    postal integer NOT NULL,
    decentralised integer NOT NULL,
    decentralisation_proposed integer NOT NULL,
    on_national_portal integer,
    online_unstated integer,
    eligible_unstated integer,
    ways_unstated integer,
    decentralisation_unstated integer
);
CREATE TABLE public.ledger_event (
    event_id integer NOT NULL,
    at text NOT NULL COLLATE pg_catalog."C",
    actor text NOT NULL COLLATE pg_catalog."C",
    subject_kind text NOT NULL COLLATE pg_catalog."C",
    subject text NOT NULL COLLATE pg_catalog."C",
    attribute text NOT NULL COLLATE pg_catalog."C",
    from_value text COLLATE pg_catalog."C",
    to_value text COLLATE pg_catalog."C",
    reason text COLLATE pg_catalog."C"
);
CREATE SEQUENCE public.ledger_event_event_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.ledger_event_event_id_seq OWNED BY public.ledger_event.event_id;
CREATE TABLE public.listing (
    source text NOT NULL COLLATE pg_catalog."C",
    key text NOT NULL COLLATE pg_catalog."C",
    source_id text COLLATE pg_catalog."C",
    code text COLLATE pg_catalog."C",
    list_digest text NOT NULL COLLATE pg_catalog."C",
    read_at text COLLATE pg_catalog."C",
    evidence text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.look_up (
    source text NOT NULL COLLATE pg_catalog."C",
    key text NOT NULL COLLATE pg_catalog."C",
    outcome text NOT NULL COLLATE pg_catalog."C",
    state text COLLATE pg_catalog."C",
    evidence text NOT NULL COLLATE pg_catalog."C",
    at text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.procedure_version (
    version_id integer NOT NULL,
    source text NOT NULL COLLATE pg_catalog."C",
    key text NOT NULL COLLATE pg_catalog."C",
    code text COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    local_code text COLLATE pg_catalog."C",
    field text COLLATE pg_catalog."C",
    executing_levels text COLLATE pg_catalog."C",
    online_level text COLLATE pg_catalog."C",
    agency text COLLATE pg_catalog."C",
    promulgating_agency text COLLATE pg_catalog."C",
    decision_number text COLLATE pg_catalog."C",
    decision_date text COLLATE pg_catalog."C",
    processing_time text COLLATE pg_catalog."C",
    fee text COLLATE pg_catalog."C",
    ways text COLLATE pg_catalog."C",
    division text COLLATE pg_catalog."C",
    url text COLLATE pg_catalog."C",
    decentralised integer,
    digest text NOT NULL COLLATE pg_catalog."C",
    record text NOT NULL COLLATE pg_catalog."C",
    evidence text NOT NULL COLLATE pg_catalog."C",
    valid_from text NOT NULL COLLATE pg_catalog."C",
    valid_to text COLLATE pg_catalog."C",
    opened_run integer NOT NULL,
    closed_run integer,
    closing text COLLATE pg_catalog."C"
);
CREATE SEQUENCE public.procedure_version_version_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.procedure_version_version_id_seq OWNED BY public.procedure_version.version_id;
CREATE TABLE public.quarantine (
    quarantine_id integer NOT NULL,
    run_id integer NOT NULL,
    snapshot_id integer,
    source text NOT NULL COLLATE pg_catalog."C",
    code text COLLATE pg_catalog."C",
    stage text NOT NULL COLLATE pg_catalog."C",
    rule text NOT NULL COLLATE pg_catalog."C",
    reason text NOT NULL COLLATE pg_catalog."C",
    record text NOT NULL COLLATE pg_catalog."C",
    key text COLLATE pg_catalog."C",
    digest text COLLATE pg_catalog."C"
);
CREATE TABLE public.quarantine_decision (
    source text NOT NULL COLLATE pg_catalog."C",
    digest text NOT NULL COLLATE pg_catalog."C",
    key text COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C",
    actor text NOT NULL COLLATE pg_catalog."C",
    reason text NOT NULL COLLATE pg_catalog."C",
    at text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT ck_quarantine_decision_state CHECK ((state = ANY (ARRAY['released'::text, 'dismissed'::text])))
);
CREATE SEQUENCE public.quarantine_quarantine_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.quarantine_quarantine_id_seq OWNED BY public.quarantine.quarantine_id;
CREATE TABLE public.register_entry (
    entry_id integer NOT NULL,
    register text NOT NULL COLLATE pg_catalog."C",
    division text COLLATE pg_catalog."C",
    deadline text COLLATE pg_catalog."C",
    state text COLLATE pg_catalog."C",
    record text NOT NULL COLLATE pg_catalog."C",
    version integer NOT NULL,
    created_at text NOT NULL COLLATE pg_catalog."C",
    updated_at text NOT NULL COLLATE pg_catalog."C"
);
CREATE SEQUENCE public.register_entry_entry_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.register_entry_entry_id_seq OWNED BY public.register_entry.entry_id;
CREATE TABLE public.retired (
    source text NOT NULL COLLATE pg_catalog."C",
    key text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    successor_code text COLLATE pg_catalog."C",
    evidence text NOT NULL COLLATE pg_catalog."C",
    version_id integer NOT NULL,
    run_id integer NOT NULL
);
CREATE TABLE public.run (
    run_id integer NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    argument text COLLATE pg_catalog."C",
    as_of text NOT NULL COLLATE pg_catalog."C",
    started_at text NOT NULL COLLATE pg_catalog."C",
    finished_at text COLLATE pg_catalog."C",
    status text COLLATE pg_catalog."C",
    rules_version text NOT NULL COLLATE pg_catalog."C",
    summary text NOT NULL COLLATE pg_catalog."C",
    told_run integer
);
CREATE SEQUENCE public.run_run_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.run_run_id_seq OWNED BY public.run.run_id;
CREATE TABLE public.service (
    case_code text NOT NULL COLLATE pg_catalog."C",
    agency_code text NOT NULL COLLATE pg_catalog."C",
    code text NOT NULL COLLATE pg_catalog."C",
    agency text NOT NULL COLLATE pg_catalog."C",
    level text NOT NULL COLLATE pg_catalog."C",
    run_id integer NOT NULL
);
CREATE TABLE public.sign_in_failure (
    failure_id integer NOT NULL,
    account text NOT NULL COLLATE pg_catalog."C",
    address text NOT NULL COLLATE pg_catalog."C",
    at text NOT NULL COLLATE pg_catalog."C"
);
CREATE SEQUENCE public.sign_in_failure_failure_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.sign_in_failure_failure_id_seq OWNED BY public.sign_in_failure.failure_id;
CREATE TABLE public.site_session (
    digest text NOT NULL COLLATE pg_catalog."C",
    account text NOT NULL COLLATE pg_catalog."C",
    created_at text NOT NULL COLLATE pg_catalog."C",
    seen_at text NOT NULL COLLATE pg_catalog."C",
    address text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.snapshot (
    snapshot_id integer NOT NULL,
    run_id integer NOT NULL,
    source text NOT NULL COLLATE pg_catalog."C",
    role text NOT NULL COLLATE pg_catalog."C",
    as_of text NOT NULL COLLATE pg_catalog."C",
    day text NOT NULL COLLATE pg_catalog."C",
    scope text NOT NULL COLLATE pg_catalog."C",
    state text COLLATE pg_catalog."C",
    reason text COLLATE pg_catalog."C",
    applied integer NOT NULL,
    released integer NOT NULL,
    released_by text COLLATE pg_catalog."C",
    released_reason text COLLATE pg_catalog."C",
    released_at text COLLATE pg_catalog."C",
    declared_total integer,
    listed integer,
    distinct_codes integer,
    details_read integer,
    pages integer,
    requests integer,
    bytes bigint,
    procedures integer,
    certificate text COLLATE pg_catalog."C",
    counts text NOT NULL COLLATE pg_catalog."C"
);
CREATE SEQUENCE public.snapshot_snapshot_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.snapshot_snapshot_id_seq OWNED BY public.snapshot.snapshot_id;
CREATE TABLE public.staged (
    snapshot_id integer NOT NULL,
    key text NOT NULL COLLATE pg_catalog."C",
    presence text NOT NULL COLLATE pg_catalog."C",
    code text COLLATE pg_catalog."C",
    source_id text COLLATE pg_catalog."C",
    list_digest text NOT NULL COLLATE pg_catalog."C",
    state text COLLATE pg_catalog."C",
    name text COLLATE pg_catalog."C",
    was_read integer NOT NULL,
    digest text COLLATE pg_catalog."C",
    record text COLLATE pg_catalog."C",
    evidence text NOT NULL COLLATE pg_catalog."C",
    local_code text COLLATE pg_catalog."C",
    field text COLLATE pg_catalog."C",
    executing_levels text COLLATE pg_catalog."C",
    online_level text COLLATE pg_catalog."C",
    agency text COLLATE pg_catalog."C",
    promulgating_agency text COLLATE pg_catalog."C",
    decision_number text COLLATE pg_catalog."C",
    decision_date text COLLATE pg_catalog."C",
    processing_time text COLLATE pg_catalog."C",
    fee text COLLATE pg_catalog."C",
    ways text COLLATE pg_catalog."C",
    division text COLLATE pg_catalog."C",
    url text COLLATE pg_catalog."C",
    decentralised integer
);
CREATE TABLE public.staged_look_up (
    snapshot_id integer NOT NULL,
    key text NOT NULL COLLATE pg_catalog."C",
    outcome text NOT NULL COLLATE pg_catalog."C",
    state text COLLATE pg_catalog."C",
    evidence text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.state_seen (
    source text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C"
);
CREATE VIEW public.v_alert AS
 SELECT alert.alert_id,
    alert.dedupe_key,
    alert.kind,
    alert.channel,
    alert.state,
    alert.subject,
    alert.finding_count,
    alert.created_at,
    alert.sent_at,
    alert.attempts
   FROM public.alert;
CREATE VIEW public.v_announcement AS
 SELECT announcement.decision_number,
    COALESCE(( SELECT min(c.name) AS min
           FROM public.decision_code c
          WHERE ((substr(c.code, 1, 1) = '~'::text) AND (c.decision_number = announcement.decision_number) AND (c.code = announcement.code))), announcement.code) AS code,
    announcement.province_decision_number,
    announcement.province_decision_date,
    announcement.published_on
   FROM public.announcement;
CREATE VIEW public.v_change AS
 SELECT change.change_id,
    change.run_id,
    change.source,
    change.code,
    change.kind,
    change.attribute,
    change.old_value,
    change.new_value,
    change.successor_code,
    change.evidence,
    change.rules_version
   FROM public.change
  WHERE (NOT (change.snapshot_id IN ( SELECT snapshot.snapshot_id
           FROM public.snapshot
          WHERE (snapshot.state = 'withdrawn'::text))));
CREATE VIEW public.v_decision AS
 SELECT decision.decision_number,
    decision.agency,
    decision.decision_date,
    decision.effective_date,
    decision.due_date,
    decision.due_basis,
    decision.new_codes AS new,
    decision.changed_codes AS changed,
    decision.repealed_codes AS repealed,
    decision.announced,
    decision.division,
    COALESCE(
        CASE ( SELECT min(
                    CASE c.stage
                        WHEN 'new'::text THEN 0
                        WHEN 'assigned'::text THEN 1
                        WHEN 'drafted'::text THEN 2
                        WHEN 'submitted'::text THEN 3
                        WHEN 'announced'::text THEN 4
                        WHEN 'published'::text THEN 5
                        ELSE NULL::integer
                    END) AS min
               FROM public.decision_code c
              WHERE (c.decision_number = decision.decision_number))
            WHEN 0 THEN 'new'::text
            WHEN 1 THEN 'assigned'::text
            WHEN 2 THEN 'drafted'::text
            WHEN 3 THEN 'submitted'::text
            WHEN 4 THEN 'announced'::text
            WHEN 5 THEN 'published'::text
            ELSE NULL::text
        END, 'new'::text) AS stage,
    ( SELECT n.province_decision_number
           FROM public.announcement n
          WHERE (n.decision_number = decision.decision_number)
          ORDER BY COALESCE(n.province_decision_date, ''::text) DESC, n.province_decision_number DESC, n.code
         LIMIT 1) AS province_decision_number,
    ( SELECT n.province_decision_date
           FROM public.announcement n
          WHERE (n.decision_number = decision.decision_number)
          ORDER BY COALESCE(n.province_decision_date, ''::text) DESC, n.province_decision_number DESC, n.code
         LIMIT 1) AS province_decision_date,
    ( SELECT n.published_on
           FROM public.announcement n
          WHERE (n.decision_number = decision.decision_number)
          ORDER BY COALESCE(n.province_decision_date, ''::text) DESC, n.province_decision_number DESC, n.code
         LIMIT 1) AS published_on,
    decision.state,
    decision.late_days,
    decision.repealed_rows,
    decision.on_portal
   FROM public.decision;
CREATE VIEW public.v_document AS
 SELECT document.document_id,
    document.digest AS hash,
    document.file,
    document.number,
    document.date,
    document.role,
    document.read_at,
    document.read_by AS by,
    document.parts,
    document.state
   FROM public.document;
CREATE VIEW public.v_duty AS
 SELECT duty.duty_id,
    duty.subject_kind,
    duty.subject,
    duty.division,
    duty.person,
    duty.leader,
    duty.due_date,
    duty.extended_until,
    duty.extension_reason,
    duty.reply,
    duty.replied_at,
    duty.reminders,
    duty.escalated_on,
    duty.closed_at
   FROM public.duty;
CREATE VIEW public.v_finding AS
 SELECT finding.finding_id,
    finding.fingerprint,
    finding.kind,
    finding.severity,
    finding.status,
    finding.code,
    finding.name,
    finding.attribute,
    finding.catalogue_value,
    finding.national_value,
    finding.provincial_value,
    finding.successor_code,
    COALESCE(finding.assigned, finding.division) AS division,
    COALESCE(finding.due_date, finding.wanted_by) AS due_date,
    finding.first_seen_run,
    finding.last_seen_run,
    finding.resolved_run,
    finding.evidence,
    finding.rules_version
   FROM public.finding;
CREATE VIEW public.v_finding_event AS
 SELECT finding_event.event_id,
    finding_event.finding_id,
    finding_event.at,
    finding_event.actor,
    finding_event.action,
    finding_event.from_status,
    finding_event.to_status,
    finding_event.note
   FROM public.finding_event;
CREATE VIEW public.v_kpi AS
 SELECT kpi.as_of,
    kpi.level,
    kpi.procedures,
    kpi.eligible_full,
    kpi.online_full,
    kpi.online_partial,
    kpi.online_none,
    kpi.without_reason,
    kpi.postal,
    kpi.decentralised,
    kpi.decentralisation_proposed,
    kpi.on_national_portal,
    kpi.online_unstated,
    kpi.eligible_unstated,
    kpi.ways_unstated,
    kpi.decentralisation_unstated
   FROM public.kpi
  WHERE (kpi.run_id IN ( SELECT max(k.run_id) AS max
           FROM (public.kpi k
             JOIN public.run r ON ((r.run_id = k.run_id)))
          WHERE (COALESCE(r.status, ''::text) <> 'withdrawn'::text)
          GROUP BY k.as_of));
CREATE VIEW public.v_ledger_event AS
 SELECT ledger_event.event_id,
    ledger_event.at,
    ledger_event.actor,
    ledger_event.subject_kind,
    ledger_event.subject,
    ledger_event.attribute,
    ledger_event.from_value,
    ledger_event.to_value,
    ledger_event.reason
   FROM public.ledger_event;
CREATE VIEW public.v_procedure_current AS
 SELECT v.source,
    COALESCE(v.code, m.code) AS code,
    v.local_code,
    v.name,
    v.field,
    v.executing_levels,
    v.online_level,
    v.agency,
    v.promulgating_agency,
    v.decision_number,
    v.decision_date,
    v.processing_time,
    v.fee,
    v.ways,
    v.division,
    v.decentralised,
    v.url,
        CASE
            WHEN (v.code IS NOT NULL) THEN 'code'::text
            ELSE m.matched_by
        END AS matched_by,
        CASE
            WHEN ((a.key IS NOT NULL) AND (v.valid_to IS NULL)) THEN 'missing'::text
            ELSE 'listed'::text
        END AS presence,
    v.valid_from,
    v.record
   FROM ((public.procedure_version v
     LEFT JOIN public.code_match m ON (((m.source = v.source) AND (m.key = v.key))))
     LEFT JOIN public.absence a ON (((a.source = v.source) AND (a.key = v.key))))
  WHERE (v.valid_to IS NULL);
CREATE VIEW public.v_procedure_history AS
 SELECT v.source,
    COALESCE(v.code, m.code) AS code,
    v.local_code,
    v.name,
    v.field,
    v.executing_levels,
    v.online_level,
    v.agency,
    v.promulgating_agency,
    v.decision_number,
    v.decision_date,
    v.processing_time,
    v.fee,
    v.ways,
    v.division,
    v.decentralised,
    v.url,
        CASE
            WHEN (v.code IS NOT NULL) THEN 'code'::text
            ELSE m.matched_by
        END AS matched_by,
        CASE
            WHEN ((a.key IS NOT NULL) AND (v.valid_to IS NULL)) THEN 'missing'::text
            ELSE 'listed'::text
        END AS presence,
    v.valid_from,
    v.record,
    v.valid_to
   FROM ((public.procedure_version v
     LEFT JOIN public.code_match m ON (((m.source = v.source) AND (m.key = v.key))))
     LEFT JOIN public.absence a ON (((a.source = v.source) AND (a.key = v.key))))
  WHERE (COALESCE(v.closing, ''::text) <> 'withdrawn'::text);
CREATE VIEW public.v_quarantine AS
 SELECT q.run_id,
    q.source,
    q.code,
    q.stage,
    q.rule,
    q.reason,
    q.record,
    q.quarantine_id,
    COALESCE(d.state, 'waiting'::text) AS state
   FROM (public.quarantine q
     LEFT JOIN public.quarantine_decision d ON (((d.source = q.source) AND (d.digest = q.digest))))
  WHERE (NOT (q.run_id IN ( SELECT run.run_id
           FROM public.run
          WHERE (run.status = 'withdrawn'::text))));
CREATE VIEW public.v_register AS
 SELECT register_entry.entry_id,
    register_entry.register,
    register_entry.division,
    register_entry.deadline,
    register_entry.state,
    register_entry.record,
    register_entry.version
   FROM public.register_entry;
CREATE VIEW public.v_run AS
 SELECT run.run_id,
    run.as_of,
    run.started_at,
    run.finished_at,
    run.status,
    run.rules_version
   FROM public.run;
CREATE VIEW public.v_service AS
 SELECT service.code,
    service.case_code,
    service.agency_code,
    service.agency,
    service.level,
    service.run_id
   FROM public.service;
CREATE VIEW public.v_snapshot AS
 SELECT snapshot.snapshot_id,
    snapshot.run_id,
    snapshot.source,
    snapshot.state,
    snapshot.reason,
    snapshot.declared_total,
    snapshot.listed,
    snapshot.distinct_codes,
    snapshot.details_read,
    snapshot.pages,
    snapshot.requests,
    snapshot.bytes,
    snapshot.certificate
   FROM public.snapshot
  WHERE (snapshot.state IS NOT NULL);
CREATE TABLE public.validation (
    validation_id integer NOT NULL,
    run_id integer NOT NULL,
    snapshot_id integer,
    source text NOT NULL COLLATE pg_catalog."C",
    suite text NOT NULL COLLATE pg_catalog."C",
    expectation text NOT NULL COLLATE pg_catalog."C",
    severity text NOT NULL COLLATE pg_catalog."C",
    success integer NOT NULL,
    observed text NOT NULL COLLATE pg_catalog."C"
);
CREATE VIEW public.v_validation AS
 SELECT validation.run_id,
    validation.source,
    validation.suite,
    validation.expectation,
    validation.severity,
    validation.success,
    validation.observed
   FROM public.validation
  WHERE (NOT (validation.run_id IN ( SELECT run.run_id
           FROM public.run
          WHERE (run.status = 'withdrawn'::text))));
CREATE SEQUENCE public.validation_validation_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.validation_validation_id_seq OWNED BY public.validation.validation_id;
ALTER TABLE ONLY public.alert ALTER COLUMN alert_id SET DEFAULT nextval('public.alert_alert_id_seq'::regclass);
ALTER TABLE ONLY public.assignment_rule ALTER COLUMN rule_id SET DEFAULT nextval('public.assignment_rule_rule_id_seq'::regclass);
ALTER TABLE ONLY public.change ALTER COLUMN change_id SET DEFAULT nextval('public.change_change_id_seq'::regclass);
ALTER TABLE ONLY public.column_mapping ALTER COLUMN mapping_id SET DEFAULT nextval('public.column_mapping_mapping_id_seq'::regclass);
ALTER TABLE ONLY public.document ALTER COLUMN document_id SET DEFAULT nextval('public.document_document_id_seq'::regclass);
ALTER TABLE ONLY public.duty ALTER COLUMN duty_id SET DEFAULT nextval('public.duty_duty_id_seq'::regclass);
ALTER TABLE ONLY public.exclusion ALTER COLUMN exclusion_id SET DEFAULT nextval('public.exclusion_exclusion_id_seq'::regclass);
ALTER TABLE ONLY public.finding ALTER COLUMN finding_id SET DEFAULT nextval('public.finding_finding_id_seq'::regclass);
ALTER TABLE ONLY public.finding_event ALTER COLUMN event_id SET DEFAULT nextval('public.finding_event_event_id_seq'::regclass);
ALTER TABLE ONLY public.finding_past ALTER COLUMN past_id SET DEFAULT nextval('public.finding_past_past_id_seq'::regclass);
ALTER TABLE ONLY public.ledger_event ALTER COLUMN event_id SET DEFAULT nextval('public.ledger_event_event_id_seq'::regclass);
ALTER TABLE ONLY public.procedure_version ALTER COLUMN version_id SET DEFAULT nextval('public.procedure_version_version_id_seq'::regclass);
ALTER TABLE ONLY public.quarantine ALTER COLUMN quarantine_id SET DEFAULT nextval('public.quarantine_quarantine_id_seq'::regclass);
ALTER TABLE ONLY public.register_entry ALTER COLUMN entry_id SET DEFAULT nextval('public.register_entry_entry_id_seq'::regclass);
ALTER TABLE ONLY public.run ALTER COLUMN run_id SET DEFAULT nextval('public.run_run_id_seq'::regclass);
ALTER TABLE ONLY public.sign_in_failure ALTER COLUMN failure_id SET DEFAULT nextval('public.sign_in_failure_failure_id_seq'::regclass);
ALTER TABLE ONLY public.snapshot ALTER COLUMN snapshot_id SET DEFAULT nextval('public.snapshot_snapshot_id_seq'::regclass);
ALTER TABLE ONLY public.validation ALTER COLUMN validation_id SET DEFAULT nextval('public.validation_validation_id_seq'::regclass);
INSERT INTO public.alembic_version VALUES ('1.0');
INSERT INTO public.finding VALUES (1, 'abf713867424036305dbdb17286c0e86', 'replaced_still_listed', 'critical', 'open', '1.999401', '1.999401', 'Thành lập hội', NULL, 'Thành lập hội', NULL, NULL, '1.013704', 'Phòng Tổ chức', NULL, '["catalogue", "national"]', '50a5c58ff70eac5924c4f89fef538589', NULL, 3, 4, NULL, '{"decision_number": "627/QĐ-BNV"}', '2026.11.4', 3, 0, 'Việc làm', 'province', 'Phòng B', 'Hoa', NULL, 'Phòng B', NULL, '1.999401 thanh lap hoi viec lam 1.013704');
INSERT INTO public.finding VALUES (2, '6d655c8354a7358daa981b9a328af694', 'replaced_still_listed', 'critical', 'confirmed', '1.999402', '1.999402', 'Thành lập hội', NULL, 'Thành lập hội', NULL, NULL, '1.013703', 'Phòng Tổ chức', NULL, '["catalogue", "national"]', 'f2e3845c9672fdd3bec9c922fb49a1db', NULL, 3, 4, NULL, '{"decision_number": "627/QĐ-BNV"}', '2026.11.4', 2, 0, 'Việc làm', 'province', NULL, NULL, NULL, 'Phòng Tổ chức', NULL, '1.999402 thanh lap hoi viec lam 1.013703');
INSERT INTO public.finding VALUES (3, '7d528409222bb11a26a6a17ef7a13b70', 'replaced_still_listed', 'critical', 'resolved', '1.999403', '1.999403', 'Thành lập hội', NULL, 'Thành lập hội', NULL, NULL, '1.013703', 'Phòng Tổ chức', NULL, '["catalogue", "national"]', 'f2e3845c9672fdd3bec9c922fb49a1db', NULL, 3, 3, 4, '{"decision_number": "627/QĐ-BNV"}', '2026.11.4', 2, 0, NULL, NULL, NULL, NULL, NULL, 'Phòng Tổ chức', NULL, '1.999403 thanh lap hoi 1.013703');
INSERT INTO public.finding_event VALUES (1, 1, 3, '2026-11-22T19:00:00+00:00', 'rasoat', 'opened', NULL, 'open', NULL);
INSERT INTO public.finding_event VALUES (2, 2, 3, '2026-11-22T19:00:00+00:00', 'rasoat', 'opened', NULL, 'open', NULL);
INSERT INTO public.finding_event VALUES (3, 3, 3, '2026-11-22T19:00:00+00:00', 'rasoat', 'opened', NULL, 'open', NULL);
INSERT INTO public.finding_event VALUES (4, 2, NULL, '2026-11-29T15:27:50+00:00', 'lan', 'status', 'open', 'confirmed', 'Đã họp');
INSERT INTO public.finding_event VALUES (5, 1, NULL, '2026-11-29T15:27:50+00:00', 'lan', 'assigned', 'open', 'open', 'chưa giao → Phòng B, Hoa');
INSERT INTO public.finding_event VALUES (6, 1, 4, '2026-11-23T19:00:00+00:00', 'rasoat', 'moved', 'open', 'open', 'Mã thay thế: 1.013703 → 1.013704');
INSERT INTO public.finding_event VALUES (7, 3, 4, '2026-11-23T19:00:00+00:00', 'rasoat', 'resolved', 'open', 'resolved', NULL);
INSERT INTO public.finding_past VALUES (1, 1, '2026-11-23T19:00:00+00:00', '{"catalogue_value": "Thành lập hội", "code": "1.999401", "division": "Phòng Tổ chức", "due_date": null, "evidence": "{\"decision_number\": \"627/QĐ-BNV\"}", "name": "Thành lập hội", "national_value": null, "provincial_value": null, "severity": "critical", "successor_code": "1.013703"}', 4);
INSERT INTO public.listing VALUES ('national', '1.999401', NULL, '1.999401', '', '2026-11-21T19:00:00+00:00', '{}');
INSERT INTO public.listing VALUES ('national', '1.999402', NULL, '1.999402', '', '2026-11-21T19:00:00+00:00', '{}');
INSERT INTO public.procedure_version VALUES (1, 'catalogue', '1.999401', '1.999401', 'Thành lập hội', NULL, 'Việc làm', '["province"]', 'partial', 'Sở Nội vụ', 'Bộ Nội vụ', '627/QĐ-BNV', '2026-03-01', NULL, NULL, '["direct", "online"]', NULL, 'https://example.invalid/1.999401', NULL, 'a1776b98cb1187efdbb00315b3d7d7c7', '{"agency":"Sở Nội vụ","code":"1.999401","decision_date":"2026-03-01","decision_number":"627/QĐ-BNV","executing_levels":["province"],"field":"Việc làm","name":"Thành lập hội","online_level":"partial","promulgating_agency":"Bộ Nội vụ","state":"ACTIVE","url":"https://example.invalid/1.999401","ways":["direct","online"]}', '{}', '2026-11-20T19:00:00+00:00', NULL, 1, NULL, NULL);
INSERT INTO public.procedure_version VALUES (2, 'catalogue', '1.999402', '1.999402', 'Thành lập hội', NULL, 'Việc làm', '["province"]', 'partial', 'Sở Nội vụ', 'Bộ Nội vụ', '627/QĐ-BNV', '2026-03-01', NULL, NULL, '["direct", "online"]', NULL, 'https://example.invalid/1.999402', NULL, '99c8c695d76fde3ed018200c946df008', '{"agency":"Sở Nội vụ","code":"1.999402","decision_date":"2026-03-01","decision_number":"627/QĐ-BNV","executing_levels":["province"],"field":"Việc làm","name":"Thành lập hội","online_level":"partial","promulgating_agency":"Bộ Nội vụ","state":"ACTIVE","url":"https://example.invalid/1.999402","ways":["direct","online"]}', '{}', '2026-11-20T19:00:00+00:00', NULL, 1, NULL, NULL);
INSERT INTO public.procedure_version VALUES (3, 'national', '1.999401', '1.999401', 'Thành lập hội', NULL, 'Việc làm', '["province"]', 'partial', 'Sở Nội vụ', 'Bộ Nội vụ', '627/QĐ-BNV', '2026-03-01', NULL, NULL, '["direct", "online"]', NULL, 'https://example.invalid/1.999401', NULL, 'a1776b98cb1187efdbb00315b3d7d7c7', '{"agency":"Sở Nội vụ","code":"1.999401","decision_date":"2026-03-01","decision_number":"627/QĐ-BNV","executing_levels":["province"],"field":"Việc làm","name":"Thành lập hội","online_level":"partial","promulgating_agency":"Bộ Nội vụ","state":"ACTIVE","url":"https://example.invalid/1.999401","ways":["direct","online"]}', '{}', '2026-11-21T19:00:00+00:00', NULL, 2, NULL, NULL);
INSERT INTO public.procedure_version VALUES (4, 'national', '1.999402', '1.999402', 'Thành lập hội', NULL, 'Việc làm', '["province"]', 'partial', 'Sở Nội vụ', 'Bộ Nội vụ', '627/QĐ-BNV', '2026-03-01', NULL, NULL, '["direct", "online"]', NULL, 'https://example.invalid/1.999402', NULL, '99c8c695d76fde3ed018200c946df008', '{"agency":"Sở Nội vụ","code":"1.999402","decision_date":"2026-03-01","decision_number":"627/QĐ-BNV","executing_levels":["province"],"field":"Việc làm","name":"Thành lập hội","online_level":"partial","promulgating_agency":"Bộ Nội vụ","state":"ACTIVE","url":"https://example.invalid/1.999402","ways":["direct","online"]}', '{}', '2026-11-21T19:00:00+00:00', NULL, 2, NULL, NULL);
INSERT INTO public.run VALUES (1, 'sync', NULL, '2026-11-20T19:00:00+00:00', '2026-11-29T15:27:49+00:00', '2026-11-20T19:00:00+00:00', 'complete', '2026.11.4', '{}', NULL);
INSERT INTO public.run VALUES (2, 'sync', NULL, '2026-11-21T19:00:00+00:00', '2026-11-29T15:27:49+00:00', '2026-11-21T19:00:00+00:00', 'complete', '2026.11.4', '{}', NULL);
INSERT INTO public.run VALUES (3, 'sync', NULL, '2026-11-22T19:00:00+00:00', '2026-11-29T15:27:50+00:00', '2026-11-22T19:00:00+00:00', 'complete', '2026.11.4', '{}', NULL);
INSERT INTO public.run VALUES (4, 'sync', NULL, '2026-11-23T19:00:00+00:00', '2026-11-29T15:27:50+00:00', '2026-11-23T19:00:00+00:00', 'complete', '2026.11.4', '{}', NULL);
INSERT INTO public.snapshot VALUES (1, 1, 'catalogue', 'catalogue', '2026-11-20T19:00:00+00:00', '2026-11-21', '{"departments": ["G09"], "levels": ["province"]}', 'complete', NULL, 1, 0, NULL, NULL, NULL, 2, 2, 0, 0, 0, 7, 0, 2, '{"bytes": 0, "declared_total": 2, "details_due": 0, "details_failed": 0, "details_read": 0, "distinct_codes": 0, "examples": {}, "expect_drop": null, "expect_max": null, "expect_min": null, "fields": {}, "first_page_again": null, "known_fields": 0, "lacking": 0, "leftovers": {}, "listed": 2, "lost_pages": [], "notes": [], "of_last": 0, "pages": 0, "present": 2, "quarantined": 0, "refused": false, "repeated_codes": [], "requests": 7, "retries": 0, "shape": null, "shape_before": null, "slowest_rate": null, "states": {}, "taken_over": 0, "told_to_wait": null, "unchanged": 0, "unfinished": false, "unpublished": 0, "wrong_codes": 0}', '{"quarantined": 0}');
INSERT INTO public.snapshot VALUES (2, 2, 'national', 'national', '2026-11-21T19:00:00+00:00', '2026-11-22', '{"departments": ["G09"], "levels": ["province"]}', 'complete', NULL, 1, 0, NULL, NULL, NULL, 2, 2, 0, 0, 0, 7, 0, 2, '{"bytes": 0, "declared_total": 2, "details_due": 0, "details_failed": 0, "details_read": 0, "distinct_codes": 0, "examples": {}, "expect_drop": null, "expect_max": null, "expect_min": null, "fields": {}, "first_page_again": null, "known_fields": 0, "lacking": 0, "leftovers": {}, "listed": 2, "lost_pages": [], "notes": [], "of_last": 0, "pages": 0, "present": 2, "quarantined": 0, "refused": false, "repeated_codes": [], "requests": 7, "retries": 0, "shape": null, "shape_before": null, "slowest_rate": null, "states": {}, "taken_over": 0, "told_to_wait": null, "unchanged": 0, "unfinished": false, "unpublished": 0, "wrong_codes": 0}', '{"quarantined": 0}');
SELECT pg_catalog.setval('public.alert_alert_id_seq', 1, false);
SELECT pg_catalog.setval('public.assignment_rule_rule_id_seq', 1, false);
SELECT pg_catalog.setval('public.change_change_id_seq', 1, false);
SELECT pg_catalog.setval('public.column_mapping_mapping_id_seq', 1, false);
SELECT pg_catalog.setval('public.document_document_id_seq', 1, false);
SELECT pg_catalog.setval('public.duty_duty_id_seq', 1, false);
SELECT pg_catalog.setval('public.exclusion_exclusion_id_seq', 1, false);
SELECT pg_catalog.setval('public.finding_event_event_id_seq', 7, true);
SELECT pg_catalog.setval('public.finding_finding_id_seq', 3, true);
SELECT pg_catalog.setval('public.finding_past_past_id_seq', 1, true);
SELECT pg_catalog.setval('public.ledger_event_event_id_seq', 1, false);
SELECT pg_catalog.setval('public.procedure_version_version_id_seq', 4, true);
SELECT pg_catalog.setval('public.quarantine_quarantine_id_seq', 1, false);
SELECT pg_catalog.setval('public.register_entry_entry_id_seq', 1, false);
SELECT pg_catalog.setval('public.run_run_id_seq', 4, true);
SELECT pg_catalog.setval('public.sign_in_failure_failure_id_seq', 1, false);
SELECT pg_catalog.setval('public.snapshot_snapshot_id_seq', 2, true);
SELECT pg_catalog.setval('public.validation_validation_id_seq', 1, false);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.absence
    ADD CONSTRAINT pk_absence PRIMARY KEY (source, key);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT pk_account PRIMARY KEY (name);
ALTER TABLE ONLY public.alert
    ADD CONSTRAINT pk_alert PRIMARY KEY (alert_id);
ALTER TABLE ONLY public.alert_finding
    ADD CONSTRAINT pk_alert_finding PRIMARY KEY (alert_id, finding_id);
ALTER TABLE ONLY public.announcement
    ADD CONSTRAINT pk_announcement PRIMARY KEY (decision_number, code, province_decision_number);
ALTER TABLE ONLY public.assignment_rule
    ADD CONSTRAINT pk_assignment_rule PRIMARY KEY (rule_id);
ALTER TABLE ONLY public.change
    ADD CONSTRAINT pk_change PRIMARY KEY (change_id);
ALTER TABLE ONLY public.code_match
    ADD CONSTRAINT pk_code_match PRIMARY KEY (source, key);
ALTER TABLE ONLY public.column_mapping
    ADD CONSTRAINT pk_column_mapping PRIMARY KEY (mapping_id);
ALTER TABLE ONLY public.decision
    ADD CONSTRAINT pk_decision PRIMARY KEY (decision_number);
ALTER TABLE ONLY public.decision_code
    ADD CONSTRAINT pk_decision_code PRIMARY KEY (decision_number, code, role);
ALTER TABLE ONLY public.document
    ADD CONSTRAINT pk_document PRIMARY KEY (document_id);
ALTER TABLE ONLY public.duty
    ADD CONSTRAINT pk_duty PRIMARY KEY (duty_id);
ALTER TABLE ONLY public.exclusion
    ADD CONSTRAINT pk_exclusion PRIMARY KEY (exclusion_id);
ALTER TABLE ONLY public.finding
    ADD CONSTRAINT pk_finding PRIMARY KEY (finding_id);
ALTER TABLE ONLY public.finding_event
    ADD CONSTRAINT pk_finding_event PRIMARY KEY (event_id);
ALTER TABLE ONLY public.finding_past
    ADD CONSTRAINT pk_finding_past PRIMARY KEY (past_id);
ALTER TABLE ONLY public.gate_pass
    ADD CONSTRAINT pk_gate_pass PRIMARY KEY (source, suite);
ALTER TABLE ONLY public.kpi
    ADD CONSTRAINT pk_kpi PRIMARY KEY (run_id, level);
ALTER TABLE ONLY public.ledger_event
    ADD CONSTRAINT pk_ledger_event PRIMARY KEY (event_id);
ALTER TABLE ONLY public.listing
    ADD CONSTRAINT pk_listing PRIMARY KEY (source, key);
ALTER TABLE ONLY public.look_up
    ADD CONSTRAINT pk_look_up PRIMARY KEY (source, key);
ALTER TABLE ONLY public.procedure_version
    ADD CONSTRAINT pk_procedure_version PRIMARY KEY (version_id);
ALTER TABLE ONLY public.quarantine
    ADD CONSTRAINT pk_quarantine PRIMARY KEY (quarantine_id);
ALTER TABLE ONLY public.quarantine_decision
    ADD CONSTRAINT pk_quarantine_decision PRIMARY KEY (source, digest);
ALTER TABLE ONLY public.register_entry
    ADD CONSTRAINT pk_register_entry PRIMARY KEY (entry_id);
ALTER TABLE ONLY public.retired
    ADD CONSTRAINT pk_retired PRIMARY KEY (source, key);
ALTER TABLE ONLY public.run
    ADD CONSTRAINT pk_run PRIMARY KEY (run_id);
ALTER TABLE ONLY public.service
    ADD CONSTRAINT pk_service PRIMARY KEY (case_code, agency_code);
ALTER TABLE ONLY public.sign_in_failure
    ADD CONSTRAINT pk_sign_in_failure PRIMARY KEY (failure_id);
ALTER TABLE ONLY public.site_session
    ADD CONSTRAINT pk_site_session PRIMARY KEY (digest);
ALTER TABLE ONLY public.snapshot
    ADD CONSTRAINT pk_snapshot PRIMARY KEY (snapshot_id);
ALTER TABLE ONLY public.staged
    ADD CONSTRAINT pk_staged PRIMARY KEY (snapshot_id, key);
ALTER TABLE ONLY public.staged_look_up
    ADD CONSTRAINT pk_staged_look_up PRIMARY KEY (snapshot_id, key);
ALTER TABLE ONLY public.state_seen
    ADD CONSTRAINT pk_state_seen PRIMARY KEY (source, state);
ALTER TABLE ONLY public.validation
    ADD CONSTRAINT pk_validation PRIMARY KEY (validation_id);
ALTER TABLE ONLY public.alert
    ADD CONSTRAINT uq_alert_dedupe_key UNIQUE (dedupe_key);
ALTER TABLE ONLY public.column_mapping
    ADD CONSTRAINT uq_column_mapping_shape_version UNIQUE (shape, version);
ALTER TABLE ONLY public.duty
    ADD CONSTRAINT uq_duty_subject_kind_subject UNIQUE (subject_kind, subject);
ALTER TABLE ONLY public.finding
    ADD CONSTRAINT uq_finding_fingerprint UNIQUE (fingerprint);
CREATE INDEX ix_alert_finding_finding_id ON public.alert_finding USING btree (finding_id);
CREATE INDEX ix_alert_run_id ON public.alert USING btree (run_id);
CREATE INDEX ix_alert_sent_run ON public.alert USING btree (sent_run);
CREATE INDEX ix_alert_state ON public.alert USING btree (state);
CREATE INDEX ix_change_code ON public.change USING btree (code);
CREATE INDEX ix_change_run_id ON public.change USING btree (run_id);
CREATE INDEX ix_change_source_kind ON public.change USING btree (source, kind);
CREATE INDEX ix_document_digest ON public.document USING btree (digest);
CREATE INDEX ix_document_state ON public.document USING btree (state);
CREATE INDEX ix_duty_division_closed_at ON public.duty USING btree (division, closed_at);
CREATE INDEX ix_finding_code ON public.finding USING btree (code);
CREATE INDEX ix_finding_event_finding_id ON public.finding_event USING btree (finding_id);
CREATE INDEX ix_finding_event_run_id_action ON public.finding_event USING btree (run_id, action);
CREATE INDEX ix_finding_list ON public.finding USING btree (weight, kind, finding_id, status, deadline, code, acting, field, levels, sources, search);
CREATE INDEX ix_finding_past_finding_id_until ON public.finding_past USING btree (finding_id, until);
CREATE INDEX ix_finding_status_kind ON public.finding USING btree (status, kind);
CREATE INDEX ix_ledger_event_subject_kind_subject ON public.ledger_event USING btree (subject_kind, subject);
CREATE INDEX ix_procedure_version_code ON public.procedure_version USING btree (code);
CREATE INDEX ix_procedure_version_source_key_valid_to_digest ON public.procedure_version USING btree (source, key, valid_to, digest);
CREATE INDEX ix_quarantine_run_id ON public.quarantine USING btree (run_id);
CREATE INDEX ix_quarantine_snapshot_id ON public.quarantine USING btree (snapshot_id);
CREATE INDEX ix_register_entry_register_division ON public.register_entry USING btree (register, division);
CREATE INDEX ix_service_code ON public.service USING btree (code);
CREATE INDEX ix_sign_in_failure_at ON public.sign_in_failure USING btree (at);
CREATE INDEX ix_snapshot_run_id ON public.snapshot USING btree (run_id);
CREATE INDEX ix_snapshot_source_as_of ON public.snapshot USING btree (source, as_of);
CREATE INDEX ix_validation_run_id ON public.validation USING btree (run_id);
CREATE UNIQUE INDEX uq_procedure_version_current ON public.procedure_version USING btree (source, key) WHERE (valid_to IS NULL);
CREATE TRIGGER change_append_only BEFORE DELETE OR UPDATE ON public.change FOR EACH ROW EXECUTE FUNCTION public.rasoat_append_only();
CREATE TRIGGER finding_event_append_only BEFORE DELETE OR UPDATE ON public.finding_event FOR EACH ROW EXECUTE FUNCTION public.rasoat_append_only();
CREATE TRIGGER finding_past_append_only BEFORE DELETE OR UPDATE ON public.finding_past FOR EACH ROW EXECUTE FUNCTION public.rasoat_append_only();
CREATE TRIGGER ledger_event_append_only BEFORE DELETE OR UPDATE ON public.ledger_event FOR EACH ROW EXECUTE FUNCTION public.rasoat_append_only();
ALTER TABLE ONLY public.alert_finding
    ADD CONSTRAINT fk_alert_finding_alert_id FOREIGN KEY (alert_id) REFERENCES public.alert(alert_id);
ALTER TABLE ONLY public.alert_finding
    ADD CONSTRAINT fk_alert_finding_finding_id FOREIGN KEY (finding_id) REFERENCES public.finding(finding_id);
ALTER TABLE ONLY public.alert
    ADD CONSTRAINT fk_alert_run_id FOREIGN KEY (run_id) REFERENCES public.run(run_id);
ALTER TABLE ONLY public.alert
    ADD CONSTRAINT fk_alert_sent_run FOREIGN KEY (sent_run) REFERENCES public.run(run_id);
ALTER TABLE ONLY public.change
    ADD CONSTRAINT fk_change_run_id FOREIGN KEY (run_id) REFERENCES public.run(run_id);
ALTER TABLE ONLY public.change
    ADD CONSTRAINT fk_change_snapshot_id FOREIGN KEY (snapshot_id) REFERENCES public.snapshot(snapshot_id);
ALTER TABLE ONLY public.code_match
    ADD CONSTRAINT fk_code_match_run_id FOREIGN KEY (run_id) REFERENCES public.run(run_id);
ALTER TABLE ONLY public.decision_code
    ADD CONSTRAINT fk_decision_code_decision_number FOREIGN KEY (decision_number) REFERENCES public.decision(decision_number);
ALTER TABLE ONLY public.decision
    ADD CONSTRAINT fk_decision_run_id FOREIGN KEY (run_id) REFERENCES public.run(run_id);
ALTER TABLE ONLY public.document
    ADD CONSTRAINT fk_document_run_id FOREIGN KEY (run_id) REFERENCES public.run(run_id);
ALTER TABLE ONLY public.finding_event
    ADD CONSTRAINT fk_finding_event_finding_id FOREIGN KEY (finding_id) REFERENCES public.finding(finding_id);
ALTER TABLE ONLY public.finding_event
    ADD CONSTRAINT fk_finding_event_run_id FOREIGN KEY (run_id) REFERENCES public.run(run_id);
ALTER TABLE ONLY public.finding
    ADD CONSTRAINT fk_finding_first_seen_run FOREIGN KEY (first_seen_run) REFERENCES public.run(run_id);
ALTER TABLE ONLY public.finding
    ADD CONSTRAINT fk_finding_last_seen_run FOREIGN KEY (last_seen_run) REFERENCES public.run(run_id);
ALTER TABLE ONLY public.finding_past
    ADD CONSTRAINT fk_finding_past_finding_id FOREIGN KEY (finding_id) REFERENCES public.finding(finding_id);
ALTER TABLE ONLY public.finding
    ADD CONSTRAINT fk_finding_resolved_run FOREIGN KEY (resolved_run) REFERENCES public.run(run_id);
ALTER TABLE ONLY public.kpi
    ADD CONSTRAINT fk_kpi_run_id FOREIGN KEY (run_id) REFERENCES public.run(run_id);
ALTER TABLE ONLY public.procedure_version
    ADD CONSTRAINT fk_procedure_version_closed_run FOREIGN KEY (closed_run) REFERENCES public.run(run_id);
ALTER TABLE ONLY public.procedure_version
    ADD CONSTRAINT fk_procedure_version_opened_run FOREIGN KEY (opened_run) REFERENCES public.run(run_id);
ALTER TABLE ONLY public.quarantine
    ADD CONSTRAINT fk_quarantine_run_id FOREIGN KEY (run_id) REFERENCES public.run(run_id);
ALTER TABLE ONLY public.quarantine
    ADD CONSTRAINT fk_quarantine_snapshot_id FOREIGN KEY (snapshot_id) REFERENCES public.snapshot(snapshot_id);
ALTER TABLE ONLY public.retired
    ADD CONSTRAINT fk_retired_run_id FOREIGN KEY (run_id) REFERENCES public.run(run_id);
ALTER TABLE ONLY public.retired
    ADD CONSTRAINT fk_retired_version_id FOREIGN KEY (version_id) REFERENCES public.procedure_version(version_id);
ALTER TABLE ONLY public.service
    ADD CONSTRAINT fk_service_run_id FOREIGN KEY (run_id) REFERENCES public.run(run_id);
ALTER TABLE ONLY public.site_session
    ADD CONSTRAINT fk_site_session_account FOREIGN KEY (account) REFERENCES public.account(name);
ALTER TABLE ONLY public.snapshot
    ADD CONSTRAINT fk_snapshot_run_id FOREIGN KEY (run_id) REFERENCES public.run(run_id);
ALTER TABLE ONLY public.staged_look_up
    ADD CONSTRAINT fk_staged_look_up_snapshot_id FOREIGN KEY (snapshot_id) REFERENCES public.snapshot(snapshot_id);
ALTER TABLE ONLY public.staged
    ADD CONSTRAINT fk_staged_snapshot_id FOREIGN KEY (snapshot_id) REFERENCES public.snapshot(snapshot_id);
ALTER TABLE ONLY public.validation
    ADD CONSTRAINT fk_validation_run_id FOREIGN KEY (run_id) REFERENCES public.run(run_id);
ALTER TABLE ONLY public.validation
    ADD CONSTRAINT fk_validation_snapshot_id FOREIGN KEY (snapshot_id) REFERENCES public.snapshot(snapshot_id);
