CREATE TABLE `accounts` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`agreement_id` integer,
	`effective_at` integer,
	`suspended_ground` text,
	`suspended_note` text,
	`suspended_by` text,
	`suspended_at` integer,
	`closed_at` integer,
	`seq` integer NOT NULL,
	`leaves` integer NOT NULL,
	`last_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	CONSTRAINT "accounts_counts" CHECK("accounts"."seq" >= 0 AND "accounts"."leaves" >= 0 AND "accounts"."leaves" <= "accounts"."seq")
);
--> statement-breakpoint
CREATE TABLE `agreements` (
	`id` integer PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`version` integer NOT NULL,
	`digest` text NOT NULL,
	`terms` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `agreements_version` ON `agreements` (`account_id`,`version`);--> statement-breakpoint
CREATE TABLE `alarms` (
	`account_id` text NOT NULL,
	`kind` text NOT NULL,
	`subject` text NOT NULL,
	`since` integer NOT NULL,
	`last_at` integer NOT NULL,
	`count` integer NOT NULL,
	`cleared_at` integer,
	`acknowledged_by` text,
	PRIMARY KEY(`account_id`, `kind`, `subject`)
);
--> statement-breakpoint
CREATE TABLE `api_keys` (
	`id` integer PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`name` text NOT NULL,
	`mode` text NOT NULL,
	`secret_digest` text NOT NULL,
	`secret_key_id` text NOT NULL,
	`scopes` text NOT NULL,
	`addresses` text NOT NULL,
	`suspended_ground` text,
	`suspended_note` text,
	`suspended_by` text,
	`suspended_at` integer,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`revoked_at` integer,
	`replaced_by` integer
);
--> statement-breakpoint
CREATE INDEX `api_keys_account` ON `api_keys` (`account_id`);--> statement-breakpoint
CREATE TABLE `approvals` (
	`id` integer PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`act` text NOT NULL,
	`change` text NOT NULL,
	`digest` text NOT NULL,
	`proposed_by` text NOT NULL,
	`proposed_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`decided_by` text,
	`decided_at` integer,
	CONSTRAINT "approvals_two_persons" CHECK("approvals"."decided_by" IS NULL OR "approvals"."decided_by" <> "approvals"."proposed_by")
);
--> statement-breakpoint
CREATE INDEX `approvals_account` ON `approvals` (`account_id`);--> statement-breakpoint
CREATE TABLE `consents` (
	`id` integer PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`subject_id` integer NOT NULL,
	`reference` text NOT NULL,
	`fingerprint` text NOT NULL,
	`type` text NOT NULL,
	`purposes` text NOT NULL,
	`checks` text NOT NULL,
	`sources` text NOT NULL,
	`details` text NOT NULL,
	`recorded_by` integer NOT NULL,
	`granted_at` integer NOT NULL,
	`recorded_at` integer NOT NULL,
	`expires_at` integer,
	`max_uses` integer,
	`uses` integer NOT NULL,
	`withdrawn_at` integer,
	`withdrawal_source` text,
	CONSTRAINT "consents_uses" CHECK("consents"."uses" >= 0 AND ("consents"."max_uses" IS NULL OR "consents"."uses" <= "consents"."max_uses"))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `consents_reference` ON `consents` (`account_id`,`reference`);--> statement-breakpoint
CREATE TABLE `data_subjects` (
	`id` integer PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`kind` text NOT NULL,
	`digest` text NOT NULL,
	`digest_key_id` text NOT NULL,
	`number_masked` text NOT NULL,
	`name_masked` text NOT NULL,
	`salt` text NOT NULL,
	`suspended_ground` text,
	`suspended_note` text,
	`suspended_by` text,
	`suspended_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `data_subjects_digest` ON `data_subjects` (`account_id`,`digest_key_id`,`digest`);--> statement-breakpoint
CREATE TABLE `denials` (
	`minute` integer NOT NULL,
	`account_id` text NOT NULL,
	`key_id` integer NOT NULL,
	`code` text NOT NULL,
	`count` integer NOT NULL,
	`logged` integer NOT NULL,
	PRIMARY KEY(`minute`, `account_id`, `key_id`, `code`),
	CONSTRAINT "denials_counts" CHECK("denials"."count" > 0 AND "denials"."logged" >= 0 AND "denials"."logged" <= "denials"."count")
);
--> statement-breakpoint
CREATE TABLE `doubts` (
	`verification_id` integer PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`source_id` text,
	`reason` text NOT NULL,
	`doubt_at` integer NOT NULL,
	`seq` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `entries` (
	`id` integer PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`seq` integer NOT NULL,
	`kind` text NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`verification_id` integer,
	`grant_id` integer,
	`credits` integer NOT NULL,
	`body` text,
	`leaf_index` integer,
	`leaf` text,
	`leaf_hash` text,
	CONSTRAINT "entries_credits" CHECK("entries"."credits" >= 0 AND "entries"."seq" > 0),
	CONSTRAINT "entries_leaf" CHECK(("entries"."leaf" IS NULL) = ("entries"."leaf_index" IS NULL) AND ("entries"."leaf" IS NULL) = ("entries"."leaf_hash" IS NULL))
);
--> statement-breakpoint
CREATE TABLE `grants` (
	`id` integer PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`order_id` integer,
	`check_code` text NOT NULL,
	`mode` text NOT NULL,
	`priority` integer NOT NULL,
	`granted` integer NOT NULL,
	`available` integer NOT NULL,
	`held` integer NOT NULL,
	`captured` integer NOT NULL,
	`expired` integer NOT NULL,
	`refunded` integer NOT NULL,
	`starts_at` integer NOT NULL,
	`expires_at` integer,
	CONSTRAINT "grants_conserved" CHECK("grants"."granted" = "grants"."available" + "grants"."held" + "grants"."captured" + "grants"."expired" + "grants"."refunded"),
	CONSTRAINT "grants_signs" CHECK("grants"."granted" > 0 AND "grants"."available" >= 0 AND "grants"."held" >= 0 AND "grants"."captured" >= 0 AND "grants"."expired" >= 0 AND "grants"."refunded" >= 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `grants_order` ON `grants` (`order_id`);--> statement-breakpoint
CREATE INDEX `grants_account` ON `grants` (`account_id`);--> statement-breakpoint
CREATE TABLE `idempotency_index` (
	`account_id` text NOT NULL,
	`digest` text NOT NULL,
	`verification_id` integer NOT NULL,
	PRIMARY KEY(`account_id`, `digest`)
);
--> statement-breakpoint
CREATE TABLE `orders` (
	`id` integer PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`external_id` text NOT NULL,
	`check_code` text NOT NULL,
	`mode` text NOT NULL,
	`credits` integer NOT NULL,
	`list_fen` integer NOT NULL,
	`paid_fen` integer NOT NULL,
	`offer_sha256` text,
	`ordered_at` integer NOT NULL,
	`paid_at` integer,
	`bank_reference` text,
	CONSTRAINT "orders_amounts" CHECK("orders"."credits" > 0 AND "orders"."list_fen" >= 0 AND "orders"."paid_fen" >= 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `orders_external` ON `orders` (`account_id`,`external_id`);--> statement-breakpoint
CREATE TABLE `outcomes` (
	`verification_id` integer PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`outcome` text NOT NULL,
	`disposition` text NOT NULL,
	`credits` integer NOT NULL,
	`available` integer NOT NULL,
	`source_id` text,
	`source_reference` text,
	`source_billed` integer,
	`reason` text NOT NULL,
	`settled_by` text NOT NULL,
	`settled_at` integer NOT NULL,
	`seq` integer NOT NULL,
	`leaf_index` integer NOT NULL,
	`leaf_hash` text NOT NULL,
	CONSTRAINT "outcomes_charge" CHECK(("outcomes"."disposition" = 'captured' AND "outcomes"."outcome" IN ('match', 'mismatch', 'no_record')) OR ("outcomes"."disposition" = 'released' AND "outcomes"."credits" = 0))
);
--> statement-breakpoint
CREATE TABLE `rollups` (
	`settled_day` text NOT NULL,
	`service_day` text NOT NULL,
	`account_id` text NOT NULL,
	`key_id` integer NOT NULL,
	`mode` text NOT NULL,
	`check_code` text NOT NULL,
	`source` text NOT NULL,
	`outcome` text NOT NULL,
	`count` integer NOT NULL,
	`credits` integer NOT NULL,
	`seq` integer NOT NULL,
	PRIMARY KEY(`settled_day`, `service_day`, `account_id`, `key_id`, `mode`, `check_code`, `source`, `outcome`),
	CONSTRAINT "rollups_counts" CHECK("rollups"."count" > 0 AND "rollups"."credits" >= 0)
);
--> statement-breakpoint
CREATE TABLE `verification_index` (
	`account_id` text NOT NULL,
	`verification_id` integer NOT NULL,
	PRIMARY KEY(`account_id`, `verification_id`)
);
--> statement-breakpoint
CREATE TABLE `verifications` (
	`id` integer PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`key_id` integer NOT NULL,
	`mode` text NOT NULL,
	`check_code` text NOT NULL,
	`purpose` text NOT NULL,
	`agreement_id` integer NOT NULL,
	`consent_id` integer NOT NULL,
	`grant_id` integer,
	`credits` integer NOT NULL,
	`idempotency` text NOT NULL,
	`fingerprint` text NOT NULL,
	`reference` text,
	`sources` text NOT NULL,
	`held_at` integer NOT NULL,
	`deadline_at` integer NOT NULL,
	`seq` integer NOT NULL,
	CONSTRAINT "verifications_credits" CHECK("verifications"."credits" >= 0 AND ("verifications"."credits" = 0) = ("verifications"."grant_id" IS NULL))
);
--> statement-breakpoint
CREATE TABLE `watermarks` (
	`name` text PRIMARY KEY NOT NULL,
	`value` integer NOT NULL
);
