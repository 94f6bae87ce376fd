BEGIN TRANSACTION;
CREATE TABLE absence (
	source TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	since TEXT NOT NULL, 
	last_day TEXT NOT NULL, 
	nights INTEGER NOT NULL, 
	evidence TEXT NOT NULL, 
	CONSTRAINT pk_absence PRIMARY KEY (source, "key")
);
CREATE TABLE account (
	name TEXT NOT NULL, 
	role TEXT NOT NULL, 
	password TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	removed_at TEXT, 
	CONSTRAINT pk_account PRIMARY KEY (name), 
	CONSTRAINT ck_account_role CHECK (role IN ('viewer', 'analyst', 'admin'))
);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('1.0');
CREATE TABLE alert (
	alert_id INTEGER NOT NULL, 
	run_id INTEGER, 
	dedupe_key TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	recipient TEXT NOT NULL, 
	state TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	body TEXT NOT NULL, 
	finding_count INTEGER NOT NULL, 
	created_at TEXT NOT NULL, 
	sent_at TEXT, 
	attempts INTEGER NOT NULL, 
	last_error TEXT, 
	html TEXT, 
	attachment TEXT, 
	next_try_at TEXT, 
	sent_run INTEGER, 
	CONSTRAINT pk_alert PRIMARY KEY (alert_id), 
	CONSTRAINT uq_alert_dedupe_key UNIQUE (dedupe_key), 
	CONSTRAINT fk_alert_run_id FOREIGN KEY(run_id) REFERENCES run (run_id), 
	CONSTRAINT fk_alert_sent_run FOREIGN KEY(sent_run) REFERENCES run (run_id)
);
CREATE TABLE alert_finding (
	alert_id INTEGER NOT NULL, 
	finding_id INTEGER NOT NULL, 
	CONSTRAINT pk_alert_finding PRIMARY KEY (alert_id, finding_id), 
	CONSTRAINT fk_alert_finding_alert_id FOREIGN KEY(alert_id) REFERENCES alert (alert_id), 
	CONSTRAINT fk_alert_finding_finding_id FOREIGN KEY(finding_id) REFERENCES finding (finding_id)
);
CREATE TABLE announcement (
	decision_number TEXT NOT NULL, 
	code TEXT NOT NULL, 
	province_decision_number TEXT NOT NULL, 
	province_decision_date TEXT, 
	published_on TEXT, 
	CONSTRAINT pk_announcement PRIMARY KEY (decision_number, code, province_decision_number)
);
CREATE TABLE assignment_rule (
	rule_id INTEGER NOT NULL, 
	code TEXT, 
	field TEXT, 
	agency TEXT, 
	ministry TEXT, 
	division TEXT NOT NULL, 
	person TEXT, 
	leader TEXT, 
	actor TEXT NOT NULL, 
	at TEXT NOT NULL, 
	ended_by TEXT, 
	ended_at TEXT, 
	CONSTRAINT pk_assignment_rule PRIMARY KEY (rule_id)
);
CREATE TABLE change (
	change_id INTEGER NOT NULL, 
	run_id INTEGER NOT NULL, 
	snapshot_id INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	code TEXT, 
	kind TEXT NOT NULL, 
	attribute TEXT, 
	old_value TEXT, 
	new_value TEXT, 
	successor_code TEXT, 
	evidence TEXT NOT NULL, 
	rules_version TEXT NOT NULL, 
	CONSTRAINT pk_change PRIMARY KEY (change_id), 
	CONSTRAINT fk_change_run_id FOREIGN KEY(run_id) REFERENCES run (run_id), 
	CONSTRAINT fk_change_snapshot_id FOREIGN KEY(snapshot_id) REFERENCES snapshot (snapshot_id)
);
CREATE TABLE code_match (
	source TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	code TEXT NOT NULL, 
	matched_by TEXT NOT NULL, 
	actor TEXT, 
	at TEXT NOT NULL, 
	run_id INTEGER, 
	CONSTRAINT pk_code_match PRIMARY KEY (source, "key"), 
	CONSTRAINT ck_code_match_matched_by CHECK (matched_by IN ('name', 'person')), 
	CONSTRAINT fk_code_match_run_id FOREIGN KEY(run_id) REFERENCES run (run_id)
);
CREATE TABLE column_mapping (
	mapping_id INTEGER NOT NULL, 
	shape TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	headings TEXT NOT NULL, 
	mapping TEXT NOT NULL, 
	actor TEXT NOT NULL, 
	at TEXT NOT NULL, 
	CONSTRAINT pk_column_mapping PRIMARY KEY (mapping_id), 
	CONSTRAINT uq_column_mapping_shape_version UNIQUE (shape, version)
);
CREATE TABLE decision (
	decision_number TEXT NOT NULL, 
	agency TEXT, 
	decision_date TEXT, 
	effective_date TEXT, 
	due_date TEXT, 
	due_basis TEXT, 
	new_codes TEXT NOT NULL, 
	changed_codes TEXT NOT NULL, 
	repealed_codes TEXT NOT NULL, 
	announced FLOAT NOT NULL, 
	division TEXT, 
	state TEXT NOT NULL, 
	run_id INTEGER NOT NULL, 
	person TEXT, 
	leader TEXT, 
	proposals TEXT DEFAULT '[]' NOT NULL, 
	repealed_rows TEXT DEFAULT '[]' NOT NULL, 
	late_days INTEGER, 
	counts INTEGER DEFAULT '1' NOT NULL, 
	asks INTEGER DEFAULT '1' NOT NULL, 
	on_portal INTEGER DEFAULT '1' NOT NULL, 
	CONSTRAINT pk_decision PRIMARY KEY (decision_number), 
	CONSTRAINT fk_decision_run_id FOREIGN KEY(run_id) REFERENCES run (run_id)
);
CREATE TABLE decision_code (
	decision_number TEXT NOT NULL, 
	code TEXT NOT NULL, 
	role TEXT NOT NULL, 
	stage TEXT NOT NULL, 
	entered_by TEXT, 
	submission_number TEXT, 
	submission_date TEXT, 
	name TEXT, 
	level TEXT, 
	CONSTRAINT pk_decision_code PRIMARY KEY (decision_number, code, role), 
	CONSTRAINT ck_decision_code_role CHECK (role IN ('new', 'changed', 'repealed')), 
	CONSTRAINT fk_decision_code_decision_number FOREIGN KEY(decision_number) REFERENCES decision (decision_number)
);
CREATE TABLE document (
	document_id INTEGER NOT NULL, 
	digest TEXT NOT NULL, 
	place INTEGER NOT NULL, 
	file TEXT NOT NULL, 
	number TEXT, 
	date TEXT, 
	role TEXT, 
	head TEXT NOT NULL, 
	parts TEXT NOT NULL, 
	matches TEXT DEFAULT '{}' NOT NULL, 
	state TEXT NOT NULL, 
	held_for TEXT DEFAULT '[]' NOT NULL, 
	read_at TEXT NOT NULL, 
	read_by TEXT, 
	decided_at TEXT, 
	decided_by TEXT, 
	reason TEXT, 
	applied_at TEXT, 
	run_id INTEGER, 
	rules_version TEXT NOT NULL, 
	CONSTRAINT pk_document PRIMARY KEY (document_id), 
	CONSTRAINT ck_document_state CHECK (state IN ('read', 'held', 'confirmed', 'withdrawn')), 
	CONSTRAINT fk_document_run_id FOREIGN KEY(run_id) REFERENCES run (run_id)
);
CREATE TABLE duty (
	duty_id INTEGER NOT NULL, 
	subject_kind TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	division TEXT NOT NULL, 
	person TEXT, 
	leader TEXT, 
	due_date TEXT, 
	extended_until TEXT, 
	extension_reason TEXT, 
	reply TEXT, 
	replied_at TEXT, 
	reminders INTEGER NOT NULL, 
	urged_on TEXT, 
	escalated_on TEXT, 
	closed_at TEXT, 
	CONSTRAINT pk_duty PRIMARY KEY (duty_id), 
	CONSTRAINT uq_duty_subject_kind_subject UNIQUE (subject_kind, subject)
);
CREATE TABLE exclusion (
	exclusion_id INTEGER NOT NULL, 
	code TEXT, 
	agency TEXT, 
	field TEXT, 
	actor TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	at TEXT NOT NULL, 
	ended_by TEXT, 
	ended_at TEXT, 
	CONSTRAINT pk_exclusion PRIMARY KEY (exclusion_id)
);
CREATE TABLE finding (
	finding_id INTEGER NOT NULL, 
	fingerprint TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	severity TEXT NOT NULL, 
	status TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	code TEXT, 
	name TEXT, 
	attribute TEXT, 
	catalogue_value TEXT, 
	national_value TEXT, 
	provincial_value TEXT, 
	successor_code TEXT, 
	division TEXT, 
	due_date TEXT, 
	sources TEXT NOT NULL, 
	sides TEXT NOT NULL, 
	ignored_sides TEXT, 
	first_seen_run INTEGER NOT NULL, 
	last_seen_run INTEGER NOT NULL, 
	resolved_run INTEGER, 
	evidence TEXT NOT NULL, 
	rules_version TEXT NOT NULL, 
	version INTEGER DEFAULT '1' NOT NULL, 
	weight INTEGER DEFAULT '9' NOT NULL, 
	field TEXT, 
	levels TEXT, 
	assigned TEXT, 
	person TEXT, 
	wanted_by TEXT, 
	acting TEXT, 
	deadline TEXT, 
	search TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_finding PRIMARY KEY (finding_id), 
	CONSTRAINT uq_finding_fingerprint UNIQUE (fingerprint), 
	CONSTRAINT fk_finding_first_seen_run FOREIGN KEY(first_seen_run) REFERENCES run (run_id), 
	CONSTRAINT fk_finding_last_seen_run FOREIGN KEY(last_seen_run) REFERENCES run (run_id), 
	CONSTRAINT fk_finding_resolved_run FOREIGN KEY(resolved_run) REFERENCES run (run_id)
);
INSERT INTO "finding" VALUES(1,'abf713867424036305dbdb17286c0e86','replaced_still_listed','critical','open','1.999401','1.999401','Thành lập hội',NULL,'Thành lập hội',NULL,NULL,'1.013704','Phòng Tổ chức',NULL,'["catalogue", "national"]','50a5c58ff70eac5924c4f89fef538589',NULL,3,4,NULL,'{"decision_number": "627/QĐ-BNV"}','2026.11.4',3,0,'Việc làm','province','Phòng B','Hoa',NULL,'Phòng B',NULL,'1.999401 thanh lap hoi viec lam 1.013704');
INSERT INTO "finding" VALUES(2,'6d655c8354a7358daa981b9a328af694','replaced_still_listed','critical','confirmed','1.999402','1.999402','Thành lập hội',NULL,'Thành lập hội',NULL,NULL,'1.013703','Phòng Tổ chức',NULL,'["catalogue", "national"]','f2e3845c9672fdd3bec9c922fb49a1db',NULL,3,4,NULL,'{"decision_number": "627/QĐ-BNV"}','2026.11.4',2,0,'Việc làm','province',NULL,NULL,NULL,'Phòng Tổ chức',NULL,'1.999402 thanh lap hoi viec lam 1.013703');
INSERT INTO "finding" VALUES(3,'7d528409222bb11a26a6a17ef7a13b70','replaced_still_listed','critical','resolved','1.999403','1.999403','Thành lập hội',NULL,'Thành lập hội',NULL,NULL,'1.013703','Phòng Tổ chức',NULL,'["catalogue", "national"]','f2e3845c9672fdd3bec9c922fb49a1db',NULL,3,3,4,'{"decision_number": "627/QĐ-BNV"}','2026.11.4',2,0,NULL,NULL,NULL,NULL,NULL,'Phòng Tổ chức',NULL,'1.999403 thanh lap hoi 1.013703');
CREATE TABLE finding_event (
	event_id INTEGER NOT NULL, 
	finding_id INTEGER NOT NULL, 
	run_id INTEGER, 
	at TEXT NOT NULL, 
	actor TEXT NOT NULL, 
	action TEXT NOT NULL, 
	from_status TEXT, 
	to_status TEXT, 
	note TEXT, 
	CONSTRAINT pk_finding_event PRIMARY KEY (event_id), 
	CONSTRAINT fk_finding_event_finding_id FOREIGN KEY(finding_id) REFERENCES finding (finding_id), 
	CONSTRAINT fk_finding_event_run_id FOREIGN KEY(run_id) REFERENCES run (run_id)
);
INSERT INTO "finding_event" VALUES(1,1,3,'2026-11-22T19:00:00+00:00','rasoat','opened',NULL,'open',NULL);
INSERT INTO "finding_event" VALUES(2,2,3,'2026-11-22T19:00:00+00:00','rasoat','opened',NULL,'open',NULL);
INSERT INTO "finding_event" VALUES(3,3,3,'2026-11-22T19:00:00+00:00','rasoat','opened',NULL,'open',NULL);
INSERT INTO "finding_event" VALUES(4,2,NULL,'2026-11-29T15:27:38+00:00','lan','status','open','confirmed','Đã họp');
INSERT INTO "finding_event" VALUES(5,1,NULL,'2026-11-29T15:27:38+00:00','lan','assigned','open','open','chưa giao → Phòng B, Hoa');
INSERT INTO "finding_event" VALUES(6,1,4,'2026-11-23T19:00:00+00:00','rasoat','moved','open','open','Mã thay thế: 1.013703 → 1.013704');
INSERT INTO "finding_event" VALUES(7,3,4,'2026-11-23T19:00:00+00:00','rasoat','resolved','open','resolved',NULL);
CREATE TABLE finding_past (
	past_id INTEGER NOT NULL, 
	finding_id INTEGER NOT NULL, 
	until TEXT NOT NULL, 
	said TEXT NOT NULL, 
	run_id INTEGER, 
	CONSTRAINT pk_finding_past PRIMARY KEY (past_id), 
	CONSTRAINT fk_finding_past_finding_id FOREIGN KEY(finding_id) REFERENCES finding (finding_id)
);
INSERT INTO "finding_past" VALUES(1,1,'2026-11-23T19:00:00+00:00','{"catalogue_value": "Thành lập hội", "code": "1.999401", "division": "Phòng Tổ chức", "due_date": null, "evidence": "{\"decision_number\": \"627/QĐ-BNV\"}", "name": "Thành lập hội", "national_value": null, "provincial_value": null, "severity": "critical", "successor_code": "1.013703"}',4);
CREATE TABLE gate_pass (
	source TEXT NOT NULL, 
	suite TEXT NOT NULL, 
	fingerprint TEXT NOT NULL, 
	CONSTRAINT pk_gate_pass PRIMARY KEY (source, suite)
);
CREATE TABLE kpi (
	run_id INTEGER NOT NULL, 
	level TEXT NOT NULL, 
	as_of TEXT NOT NULL, 
	procedures INTEGER NOT NULL, 
	eligible_full INTEGER NOT NULL, 
	online_full INTEGER NOT NULL, 
	online_partial INTEGER NOT NULL, 
	online_none INTEGER NOT NULL, 
	without_reason INTEGER NOT NULL, 
	postal INTEGER NOT NULL, 
	decentralised INTEGER NOT NULL, 
	decentralisation_proposed INTEGER NOT NULL, 
	on_national_portal INTEGER, 
	online_unstated INTEGER, 
	eligible_unstated INTEGER, 
	ways_unstated INTEGER, 
	decentralisation_unstated INTEGER, 
	CONSTRAINT pk_kpi PRIMARY KEY (run_id, level), 
	CONSTRAINT fk_kpi_run_id FOREIGN KEY(run_id) REFERENCES run (run_id)
);
CREATE TABLE ledger_event (
	event_id INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	actor TEXT NOT NULL, 
	subject_kind TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	attribute TEXT NOT NULL, 
	from_value TEXT, 
	to_value TEXT, 
	reason TEXT, 
	CONSTRAINT pk_ledger_event PRIMARY KEY (event_id)
);
CREATE TABLE listing (
	source TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	source_id TEXT, 
	code TEXT, 
	list_digest TEXT NOT NULL, 
	read_at TEXT, 
	evidence TEXT NOT NULL, 
	CONSTRAINT pk_listing PRIMARY KEY (source, "key")
);
INSERT INTO "listing" VALUES('national','1.999401',NULL,'1.999401','','2026-11-21T19:00:00+00:00','{}');
INSERT INTO "listing" VALUES('national','1.999402',NULL,'1.999402','','2026-11-21T19:00:00+00:00','{}');
CREATE TABLE look_up (
	source TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	outcome TEXT NOT NULL, 
	state TEXT, 
	evidence TEXT NOT NULL, 
	at TEXT NOT NULL, 
	CONSTRAINT pk_look_up PRIMARY KEY (source, "key")
);
CREATE TABLE procedure_version (
	version_id INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	code TEXT, 
	name TEXT NOT NULL, 
	local_code TEXT, 
	field TEXT, 
	executing_levels TEXT, 
	online_level TEXT, 
	agency TEXT, 
	promulgating_agency TEXT, 
	decision_number TEXT, 
	decision_date TEXT, 
	processing_time TEXT, 
	fee TEXT, 
	ways TEXT, 
	division TEXT, 
	url TEXT, 
	decentralised INTEGER, 
	digest TEXT NOT NULL, 
	record TEXT NOT NULL, 
	evidence TEXT NOT NULL, 
	valid_from TEXT NOT NULL, 
	valid_to TEXT, 
	opened_run INTEGER NOT NULL, 
	closed_run INTEGER, 
	closing TEXT, 
	CONSTRAINT pk_procedure_version PRIMARY KEY (version_id), 
	CONSTRAINT fk_procedure_version_opened_run FOREIGN KEY(opened_run) REFERENCES run (run_id), 
	CONSTRAINT fk_procedure_version_closed_run FOREIGN KEY(closed_run) REFERENCES run (run_id)
);
INSERT INTO "procedure_version" VALUES(1,'catalogue','1.999401','1.999401','Thành lập hội',NULL,'Việc làm','["province"]','partial','Sở Nội vụ','Bộ Nội vụ','627/QĐ-BNV','2026-03-01',NULL,NULL,'["direct", "online"]',NULL,'https://example.invalid/1.999401',NULL,'a1776b98cb1187efdbb00315b3d7d7c7','{"agency":"Sở Nội vụ","code":"1.999401","decision_date":"2026-03-01","decision_number":"627/QĐ-BNV","executing_levels":["province"],"field":"Việc làm","name":"Thành lập hội","online_level":"partial","promulgating_agency":"Bộ Nội vụ","state":"ACTIVE","url":"https://example.invalid/1.999401","ways":["direct","online"]}','{}','2026-11-20T19:00:00+00:00',NULL,1,NULL,NULL);
INSERT INTO "procedure_version" VALUES(2,'catalogue','1.999402','1.999402','Thành lập hội',NULL,'Việc làm','["province"]','partial','Sở Nội vụ','Bộ Nội vụ','627/QĐ-BNV','2026-03-01',NULL,NULL,'["direct", "online"]',NULL,'https://example.invalid/1.999402',NULL,'99c8c695d76fde3ed018200c946df008','{"agency":"Sở Nội vụ","code":"1.999402","decision_date":"2026-03-01","decision_number":"627/QĐ-BNV","executing_levels":["province"],"field":"Việc làm","name":"Thành lập hội","online_level":"partial","promulgating_agency":"Bộ Nội vụ","state":"ACTIVE","url":"https://example.invalid/1.999402","ways":["direct","online"]}','{}','2026-11-20T19:00:00+00:00',NULL,1,NULL,NULL);
INSERT INTO "procedure_version" VALUES(3,'national','1.999401','1.999401','Thành lập hội',NULL,'Việc làm','["province"]','partial','Sở Nội vụ','Bộ Nội vụ','627/QĐ-BNV','2026-03-01',NULL,NULL,'["direct", "online"]',NULL,'https://example.invalid/1.999401',NULL,'a1776b98cb1187efdbb00315b3d7d7c7','{"agency":"Sở Nội vụ","code":"1.999401","decision_date":"2026-03-01","decision_number":"627/QĐ-BNV","executing_levels":["province"],"field":"Việc làm","name":"Thành lập hội","online_level":"partial","promulgating_agency":"Bộ Nội vụ","state":"ACTIVE","url":"https://example.invalid/1.999401","ways":["direct","online"]}','{}','2026-11-21T19:00:00+00:00',NULL,2,NULL,NULL);
INSERT INTO "procedure_version" VALUES(4,'national','1.999402','1.999402','Thành lập hội',NULL,'Việc làm','["province"]','partial','Sở Nội vụ','Bộ Nội vụ','627/QĐ-BNV','2026-03-01',NULL,NULL,'["direct", "online"]',NULL,'https://example.invalid/1.999402',NULL,'99c8c695d76fde3ed018200c946df008','{"agency":"Sở Nội vụ","code":"1.999402","decision_date":"2026-03-01","decision_number":"627/QĐ-BNV","executing_levels":["province"],"field":"Việc làm","name":"Thành lập hội","online_level":"partial","promulgating_agency":"Bộ Nội vụ","state":"ACTIVE","url":"https://example.invalid/1.999402","ways":["direct","online"]}','{}','2026-11-21T19:00:00+00:00',NULL,2,NULL,NULL);
CREATE TABLE quarantine (
	quarantine_id INTEGER NOT NULL, 
	run_id INTEGER NOT NULL, 
	snapshot_id INTEGER, 
	source TEXT NOT NULL, 
	code TEXT, 
	stage TEXT NOT NULL, 
	rule TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	record TEXT NOT NULL, 
	"key" TEXT, 
	digest TEXT, 
	CONSTRAINT pk_quarantine PRIMARY KEY (quarantine_id), 
	CONSTRAINT fk_quarantine_run_id FOREIGN KEY(run_id) REFERENCES run (run_id), 
	CONSTRAINT fk_quarantine_snapshot_id FOREIGN KEY(snapshot_id) REFERENCES snapshot (snapshot_id)
);
CREATE TABLE quarantine_decision (
	source TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	"key" TEXT, 
	state TEXT NOT NULL, 
	actor TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	at TEXT NOT NULL, 
	CONSTRAINT pk_quarantine_decision PRIMARY KEY (source, digest), 
	CONSTRAINT ck_quarantine_decision_state CHECK (state IN ('released', 'dismissed'))
);
CREATE TABLE register_entry (
	entry_id INTEGER NOT NULL, 
	register TEXT NOT NULL, 
	division TEXT, 
	deadline TEXT, 
	state TEXT, 
	record TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	CONSTRAINT pk_register_entry PRIMARY KEY (entry_id)
);
CREATE TABLE retired (
	source TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	successor_code TEXT, 
	evidence TEXT NOT NULL, 
	version_id INTEGER NOT NULL, 
	run_id INTEGER NOT NULL, 
	CONSTRAINT pk_retired PRIMARY KEY (source, "key"), 
	CONSTRAINT fk_retired_version_id FOREIGN KEY(version_id) REFERENCES procedure_version (version_id), 
	CONSTRAINT fk_retired_run_id FOREIGN KEY(run_id) REFERENCES run (run_id)
);
CREATE TABLE run (
	run_id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	argument TEXT, 
	as_of TEXT NOT NULL, 
	started_at TEXT NOT NULL, 
	finished_at TEXT, 
	status TEXT, 
	rules_version TEXT NOT NULL, 
	summary TEXT NOT NULL, 
	told_run INTEGER, 
	CONSTRAINT pk_run PRIMARY KEY (run_id)
);
INSERT INTO "run" VALUES(1,'sync',NULL,'2026-11-20T19:00:00+00:00','2026-11-29T15:27:37+00:00','2026-11-20T19:00:00+00:00','complete','2026.11.4','{}',NULL);
INSERT INTO "run" VALUES(2,'sync',NULL,'2026-11-21T19:00:00+00:00','2026-11-29T15:27:37+00:00','2026-11-21T19:00:00+00:00','complete','2026.11.4','{}',NULL);
INSERT INTO "run" VALUES(3,'sync',NULL,'2026-11-22T19:00:00+00:00','2026-11-29T15:27:38+00:00','2026-11-22T19:00:00+00:00','complete','2026.11.4','{}',NULL);
INSERT INTO "run" VALUES(4,'sync',NULL,'2026-11-23T19:00:00+00:00','2026-11-29T15:27:38+00:00','2026-11-23T19:00:00+00:00','complete','2026.11.4','{}',NULL);
CREATE TABLE service (
	case_code TEXT NOT NULL, 
	agency_code TEXT NOT NULL, 
	code TEXT NOT NULL, 
	agency TEXT NOT NULL, 
	level TEXT NOT NULL, 
	run_id INTEGER NOT NULL, 
	CONSTRAINT pk_service PRIMARY KEY (case_code, agency_code), 
	CONSTRAINT fk_service_run_id FOREIGN KEY(run_id) REFERENCES run (run_id)
);
CREATE TABLE sign_in_failure (
	failure_id INTEGER NOT NULL, 
	account TEXT NOT NULL, 
	address TEXT NOT NULL, 
	at TEXT NOT NULL, 
	CONSTRAINT pk_sign_in_failure PRIMARY KEY (failure_id)
);
CREATE TABLE site_session (
	digest TEXT NOT NULL, 
	account TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	seen_at TEXT NOT NULL, 
	address TEXT NOT NULL, 
	CONSTRAINT pk_site_session PRIMARY KEY (digest), 
	CONSTRAINT fk_site_session_account FOREIGN KEY(account) REFERENCES account (name)
);
CREATE TABLE snapshot (
	snapshot_id INTEGER NOT NULL, 
	run_id INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	role TEXT NOT NULL, 
	as_of TEXT NOT NULL, 
	day TEXT NOT NULL, 
	scope TEXT NOT NULL, 
	state TEXT, 
	reason TEXT, 
	applied INTEGER NOT NULL, 
	released INTEGER NOT NULL, 
	released_by TEXT, 
	released_reason TEXT, 
	released_at TEXT, 
	declared_total INTEGER, 
	listed INTEGER, 
	distinct_codes INTEGER, 
	details_read INTEGER, 
	pages INTEGER, 
	requests INTEGER, 
	bytes BIGINT, 
	procedures INTEGER, 
	certificate TEXT, 
	counts TEXT NOT NULL, 
	CONSTRAINT pk_snapshot PRIMARY KEY (snapshot_id), 
	CONSTRAINT fk_snapshot_run_id FOREIGN KEY(run_id) REFERENCES run (run_id)
);
INSERT INTO "snapshot" VALUES(1,1,'catalogue','catalogue','2026-11-20T19:00:00+00:00','2026-11-21','{"departments": ["G09"], "levels": ["province"]}','complete',NULL,1,0,NULL,NULL,NULL,2,2,0,0,0,7,0,2,'{"bytes": 0, "declared_total": 2, "details_due": 0, "details_failed": 0, "details_read": 0, "distinct_codes": 0, "examples": {}, "expect_drop": null, "expect_max": null, "expect_min": null, "fields": {}, "first_page_again": null, "known_fields": 0, "lacking": 0, "leftovers": {}, "listed": 2, "lost_pages": [], "notes": [], "of_last": 0, "pages": 0, "present": 2, "quarantined": 0, "refused": false, "repeated_codes": [], "requests": 7, "retries": 0, "shape": null, "shape_before": null, "slowest_rate": null, "states": {}, "taken_over": 0, "told_to_wait": null, "unchanged": 0, "unfinished": false, "unpublished": 0, "wrong_codes": 0}','{"quarantined": 0}');
INSERT INTO "snapshot" VALUES(2,2,'national','national','2026-11-21T19:00:00+00:00','2026-11-22','{"departments": ["G09"], "levels": ["province"]}','complete',NULL,1,0,NULL,NULL,NULL,2,2,0,0,0,7,0,2,'{"bytes": 0, "declared_total": 2, "details_due": 0, "details_failed": 0, "details_read": 0, "distinct_codes": 0, "examples": {}, "expect_drop": null, "expect_max": null, "expect_min": null, "fields": {}, "first_page_again": null, "known_fields": 0, "lacking": 0, "leftovers": {}, "listed": 2, "lost_pages": [], "notes": [], "of_last": 0, "pages": 0, "present": 2, "quarantined": 0, "refused": false, "repeated_codes": [], "requests": 7, "retries": 0, "shape": null, "shape_before": null, "slowest_rate": null, "states": {}, "taken_over": 0, "told_to_wait": null, "unchanged": 0, "unfinished": false, "unpublished": 0, "wrong_codes": 0}','{"quarantined": 0}');
CREATE TABLE staged (
	snapshot_id INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	presence TEXT NOT NULL, 
	code TEXT, 
	source_id TEXT, 
	list_digest TEXT NOT NULL, 
	state TEXT, 
	name TEXT, 
	was_read INTEGER NOT NULL, 
	digest TEXT, 
	record TEXT, 
	evidence TEXT NOT NULL, 
	local_code TEXT, 
	field TEXT, 
	executing_levels TEXT, 
	online_level TEXT, 
	agency TEXT, 
	promulgating_agency TEXT, 
	decision_number TEXT, 
	decision_date TEXT, 
	processing_time TEXT, 
	fee TEXT, 
	ways TEXT, 
	division TEXT, 
	url TEXT, 
	decentralised INTEGER, 
	CONSTRAINT pk_staged PRIMARY KEY (snapshot_id, "key"), 
	CONSTRAINT fk_staged_snapshot_id FOREIGN KEY(snapshot_id) REFERENCES snapshot (snapshot_id)
);
CREATE TABLE staged_look_up (
	snapshot_id INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	outcome TEXT NOT NULL, 
	state TEXT, 
	evidence TEXT NOT NULL, 
	CONSTRAINT pk_staged_look_up PRIMARY KEY (snapshot_id, "key"), 
	CONSTRAINT fk_staged_look_up_snapshot_id FOREIGN KEY(snapshot_id) REFERENCES snapshot (snapshot_id)
);
CREATE TABLE state_seen (
	source TEXT NOT NULL, 
	state TEXT NOT NULL, 
	CONSTRAINT pk_state_seen PRIMARY KEY (source, state)
);
CREATE TABLE validation (
	validation_id INTEGER NOT NULL, 
	run_id INTEGER NOT NULL, 
	snapshot_id INTEGER, 
	source TEXT NOT NULL, 
	suite TEXT NOT NULL, 
	expectation TEXT NOT NULL, 
	severity TEXT NOT NULL, 
	success INTEGER NOT NULL, 
	observed TEXT NOT NULL, 
	CONSTRAINT pk_validation PRIMARY KEY (validation_id), 
	CONSTRAINT fk_validation_run_id FOREIGN KEY(run_id) REFERENCES run (run_id), 
	CONSTRAINT fk_validation_snapshot_id FOREIGN KEY(snapshot_id) REFERENCES snapshot (snapshot_id)
);
CREATE INDEX ix_sign_in_failure_at ON sign_in_failure (at);
CREATE INDEX ix_ledger_event_subject_kind_subject ON ledger_event (subject_kind, subject);
CREATE INDEX ix_duty_division_closed_at ON duty (division, closed_at);
CREATE INDEX ix_register_entry_register_division ON register_entry (register, division);
CREATE INDEX ix_finding_status_kind ON finding (status, kind);
CREATE INDEX ix_finding_list ON finding (weight, kind, finding_id, status, deadline, code, acting, field, levels, sources, search);
CREATE INDEX ix_finding_code ON finding (code);
CREATE INDEX ix_alert_run_id ON alert (run_id);
CREATE INDEX ix_alert_state ON alert (state);
CREATE INDEX ix_alert_sent_run ON alert (sent_run);
CREATE INDEX ix_document_digest ON document (digest);
CREATE INDEX ix_document_state ON document (state);
CREATE INDEX ix_service_code ON service (code);
CREATE INDEX ix_snapshot_source_as_of ON snapshot (source, as_of);
CREATE INDEX ix_snapshot_run_id ON snapshot (run_id);
CREATE UNIQUE INDEX uq_procedure_version_current ON procedure_version (source, "key") WHERE valid_to IS NULL;
CREATE INDEX ix_procedure_version_code ON procedure_version (code);
CREATE INDEX ix_procedure_version_source_key_valid_to_digest ON procedure_version (source, "key", valid_to, digest);
CREATE INDEX ix_finding_past_finding_id_until ON finding_past (finding_id, until);
CREATE INDEX ix_finding_event_run_id_action ON finding_event (run_id, action);
CREATE INDEX ix_finding_event_finding_id ON finding_event (finding_id);
CREATE INDEX ix_alert_finding_finding_id ON alert_finding (finding_id);
CREATE INDEX ix_change_run_id ON change (run_id);
CREATE INDEX ix_change_code ON change (code);
CREATE INDEX ix_change_source_kind ON change (source, kind);
CREATE INDEX ix_quarantine_snapshot_id ON quarantine (snapshot_id);
CREATE INDEX ix_quarantine_run_id ON quarantine (run_id);
CREATE INDEX ix_validation_run_id ON validation (run_id);
CREATE TRIGGER finding_event_no_update BEFORE UPDATE ON finding_event BEGIN SELECT RAISE(ABORT, 'append-only: finding_event'); END;
CREATE TRIGGER finding_event_no_delete BEFORE DELETE ON finding_event BEGIN SELECT RAISE(ABORT, 'append-only: finding_event'); END;
CREATE TRIGGER finding_past_no_update BEFORE UPDATE ON finding_past BEGIN SELECT RAISE(ABORT, 'append-only: finding_past'); END;
CREATE TRIGGER finding_past_no_delete BEFORE DELETE ON finding_past BEGIN SELECT RAISE(ABORT, 'append-only: finding_past'); END;
CREATE TRIGGER ledger_event_no_update BEFORE UPDATE ON ledger_event BEGIN SELECT RAISE(ABORT, 'append-only: ledger_event'); END;
CREATE TRIGGER ledger_event_no_delete BEFORE DELETE ON ledger_event BEGIN SELECT RAISE(ABORT, 'append-only: ledger_event'); END;
CREATE TRIGGER change_no_update BEFORE UPDATE ON change BEGIN SELECT RAISE(ABORT, 'append-only: change'); END;
CREATE TRIGGER change_no_delete BEFORE DELETE ON change BEGIN SELECT RAISE(ABORT, 'append-only: change'); END;
CREATE VIEW v_run AS SELECT run_id AS "run_id", as_of AS "as_of", started_at AS "started_at", finished_at AS "finished_at", status AS "status", rules_version AS "rules_version" FROM run;
CREATE VIEW v_snapshot AS SELECT snapshot_id AS "snapshot_id", run_id AS "run_id", source AS "source", state AS "state", reason AS "reason", declared_total AS "declared_total", listed AS "listed", distinct_codes AS "distinct_codes", details_read AS "details_read", pages AS "pages", requests AS "requests", bytes AS "bytes", certificate AS "certificate" FROM snapshot WHERE state IS NOT NULL;
CREATE VIEW v_procedure_current AS SELECT v.source AS source, coalesce(v.code, m.code) AS code, v.local_code AS local_code, v.name AS name, v.field AS field, v.executing_levels AS executing_levels, v.online_level AS online_level, v.agency AS agency, v.promulgating_agency AS promulgating_agency, v.decision_number AS decision_number, v.decision_date AS decision_date, v.processing_time AS processing_time, v.fee AS fee, v.ways AS ways, v.division AS division, v.decentralised AS decentralised, v.url AS url, CASE WHEN v.code IS NOT NULL THEN 'code' ELSE m.matched_by END AS matched_by, CASE WHEN a.key IS NOT NULL AND v.valid_to IS NULL THEN 'missing' ELSE 'listed' END AS presence, v.valid_from AS valid_from, v.record AS record 
FROM procedure_version v
LEFT JOIN code_match m ON m.source = v.source AND m.key = v.key
LEFT JOIN absence a ON a.source = v.source AND a.key = v.key
WHERE v.valid_to IS NULL;
CREATE VIEW v_procedure_history AS SELECT v.source AS source, coalesce(v.code, m.code) AS code, v.local_code AS local_code, v.name AS name, v.field AS field, v.executing_levels AS executing_levels, v.online_level AS online_level, v.agency AS agency, v.promulgating_agency AS promulgating_agency, v.decision_number AS decision_number, v.decision_date AS decision_date, v.processing_time AS processing_time, v.fee AS fee, v.ways AS ways, v.division AS division, v.decentralised AS decentralised, v.url AS url, CASE WHEN v.code IS NOT NULL THEN 'code' ELSE m.matched_by END AS matched_by, CASE WHEN a.key IS NOT NULL AND v.valid_to IS NULL THEN 'missing' ELSE 'listed' END AS presence, v.valid_from AS valid_from, v.record AS record, v.valid_to AS valid_to 
FROM procedure_version v
LEFT JOIN code_match m ON m.source = v.source AND m.key = v.key
LEFT JOIN absence a ON a.source = v.source AND a.key = v.key
WHERE coalesce(v.closing, '') <> 'withdrawn';
CREATE VIEW v_change AS SELECT change_id AS "change_id", run_id AS "run_id", source AS "source", code AS "code", kind AS "kind", attribute AS "attribute", old_value AS "old_value", new_value AS "new_value", successor_code AS "successor_code", evidence AS "evidence", rules_version AS "rules_version" FROM change WHERE snapshot_id NOT IN (SELECT snapshot_id FROM snapshot WHERE state = 'withdrawn');
CREATE VIEW v_finding AS SELECT finding_id AS "finding_id", fingerprint AS "fingerprint", kind AS "kind", severity AS "severity", status AS "status", code AS "code", name AS "name", attribute AS "attribute", catalogue_value AS "catalogue_value", national_value AS "national_value", provincial_value AS "provincial_value", successor_code AS "successor_code", coalesce(assigned, division) AS "division", coalesce(due_date, wanted_by) AS "due_date", first_seen_run AS "first_seen_run", last_seen_run AS "last_seen_run", resolved_run AS "resolved_run", evidence AS "evidence", rules_version AS "rules_version" FROM finding;
CREATE VIEW v_finding_event AS SELECT event_id AS "event_id", finding_id AS "finding_id", at AS "at", actor AS "actor", action AS "action", from_status AS "from_status", to_status AS "to_status", note AS "note" FROM finding_event;
CREATE VIEW v_quarantine AS SELECT q.run_id AS run_id, q.source AS source, q.code AS code, q.stage AS stage, q.rule AS rule, q.reason AS reason, q.record AS record, q.quarantine_id AS quarantine_id, coalesce(d.state, 'waiting') AS state FROM quarantine q LEFT JOIN quarantine_decision d ON d.source = q.source AND d.digest = q.digest WHERE q.run_id NOT IN (SELECT run_id FROM run WHERE status = 'withdrawn');
CREATE VIEW v_validation AS SELECT run_id AS "run_id", source AS "source", suite AS "suite", expectation AS "expectation", severity AS "severity", success AS "success", observed AS "observed" FROM validation WHERE run_id NOT IN (SELECT run_id FROM run WHERE status = 'withdrawn');
CREATE VIEW v_alert AS SELECT alert_id AS "alert_id", dedupe_key AS "dedupe_key", kind AS "kind", channel AS "channel", state AS "state", subject AS "subject", finding_count AS "finding_count", created_at AS "created_at", sent_at AS "sent_at", attempts AS "attempts" FROM alert;
CREATE VIEW v_kpi AS SELECT as_of AS "as_of", level AS "level", procedures AS "procedures", eligible_full AS "eligible_full", online_full AS "online_full", online_partial AS "online_partial", online_none AS "online_none", without_reason AS "without_reason", postal AS "postal", decentralised AS "decentralised", decentralisation_proposed AS "decentralisation_proposed", on_national_portal AS "on_national_portal", online_unstated AS "online_unstated", eligible_unstated AS "eligible_unstated", ways_unstated AS "ways_unstated", decentralisation_unstated AS "decentralisation_unstated" FROM kpi WHERE run_id IN (SELECT max(k.run_id) FROM kpi k JOIN run r ON r.run_id = k.run_id WHERE coalesce(r.status, '') <> 'withdrawn' GROUP BY k.as_of);
CREATE VIEW v_decision AS SELECT decision_number AS "decision_number", agency AS "agency", decision_date AS "decision_date", effective_date AS "effective_date", due_date AS "due_date", due_basis AS "due_basis", new_codes AS "new", changed_codes AS "changed", repealed_codes AS "repealed", announced AS "announced", division AS "division", coalesce(CASE (SELECT min(CASE c.stage WHEN 'new' THEN 0 WHEN 'assigned' THEN 1 WHEN 'drafted' THEN 2 WHEN 'submitted' THEN 3 WHEN 'announced' THEN 4 WHEN 'published' THEN 5 END) FROM decision_code c WHERE c.decision_number = decision.decision_number) WHEN 0 THEN 'new' WHEN 1 THEN 'assigned' WHEN 2 THEN 'drafted' WHEN 3 THEN 'submitted' WHEN 4 THEN 'announced' WHEN 5 THEN 'published' END, 'new') AS "stage", (SELECT n.province_decision_number FROM announcement n WHERE n.decision_number = decision.decision_number ORDER BY coalesce(n.province_decision_date, '') DESC, n.province_decision_number DESC, n.code LIMIT 1) AS "province_decision_number", (SELECT n.province_decision_date FROM announcement n WHERE n.decision_number = decision.decision_number ORDER BY coalesce(n.province_decision_date, '') DESC, n.province_decision_number DESC, n.code LIMIT 1) AS "province_decision_date", (SELECT n.published_on FROM announcement n WHERE n.decision_number = decision.decision_number ORDER BY coalesce(n.province_decision_date, '') DESC, n.province_decision_number DESC, n.code LIMIT 1) AS "published_on", state AS "state", late_days AS "late_days", repealed_rows AS "repealed_rows", on_portal AS "on_portal" FROM decision;
CREATE VIEW v_document AS SELECT document_id AS "document_id", digest AS "hash", file AS "file", number AS "number", date AS "date", role AS "role", read_at AS "read_at", read_by AS "by", parts AS "parts", state AS "state" FROM document;
CREATE VIEW v_announcement AS SELECT decision_number AS "decision_number", coalesce((SELECT min(c.name) FROM decision_code c WHERE substr(c.code, 1, 1) = '~' AND c.decision_number = announcement.decision_number AND c.code = announcement.code), code) AS "code", province_decision_number AS "province_decision_number", province_decision_date AS "province_decision_date", published_on AS "published_on" FROM announcement;
CREATE VIEW v_service AS SELECT code AS "code", case_code AS "case_code", agency_code AS "agency_code", agency AS "agency", level AS "level", run_id AS "run_id" FROM service;
CREATE VIEW v_ledger_event AS SELECT event_id AS "event_id", at AS "at", actor AS "actor", subject_kind AS "subject_kind", subject AS "subject", attribute AS "attribute", from_value AS "from_value", to_value AS "to_value", reason AS "reason" FROM ledger_event;
CREATE VIEW v_duty AS SELECT duty_id AS "duty_id", subject_kind AS "subject_kind", subject AS "subject", division AS "division", person AS "person", leader AS "leader", due_date AS "due_date", extended_until AS "extended_until", extension_reason AS "extension_reason", reply AS "reply", replied_at AS "replied_at", reminders AS "reminders", escalated_on AS "escalated_on", closed_at AS "closed_at" FROM duty;
CREATE VIEW v_register AS SELECT entry_id AS "entry_id", register AS "register", division AS "division", deadline AS "deadline", state AS "state", record AS "record", version AS "version" FROM register_entry;
COMMIT;
