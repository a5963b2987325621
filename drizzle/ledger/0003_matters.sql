CREATE TABLE `matters` (
	`id` integer PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`kind` text NOT NULL,
	`state` text NOT NULL,
	`reference` text,
	`fingerprint` text NOT NULL,
	`data` text NOT NULL,
	`clocks` text NOT NULL,
	`due_at` integer,
	`provisional_under` text,
	`opened_by` text NOT NULL,
	`opened_at` integer NOT NULL,
	`changed_at` integer NOT NULL,
	`closed_at` integer
);
--> statement-breakpoint
CREATE INDEX `matters_account` ON `matters` (`account_id`,`kind`,`id`);--> statement-breakpoint
CREATE INDEX `matters_due` ON `matters` (`due_at`) WHERE "matters"."due_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `matters_provisional` ON `matters` (`provisional_under`) WHERE "matters"."provisional_under" IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `matters_reference` ON `matters` (`account_id`,`kind`,`reference`);--> statement-breakpoint
ALTER TABLE `accounts` ADD `last_operation_at` integer;--> statement-breakpoint
ALTER TABLE `api_keys` ADD `holder` text;--> statement-breakpoint
ALTER TABLE `api_keys` ADD `project` text;--> statement-breakpoint
ALTER TABLE `api_keys` ADD `channel` text;--> statement-breakpoint
ALTER TABLE `api_keys` ADD `throttle` integer;--> statement-breakpoint
ALTER TABLE `data_subjects` ADD `erased_at` integer;--> statement-breakpoint
ALTER TABLE `data_subjects` ADD `frozen_at` integer;--> statement-breakpoint
ALTER TABLE `grants` ADD `told_percent` integer DEFAULT 100 NOT NULL;--> statement-breakpoint
ALTER TABLE `outcomes` ADD `source_at` integer;