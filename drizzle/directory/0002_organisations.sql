CREATE TABLE `directory_organisations` (
	`uscc` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`claimed_at` integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE `directory_usage` ADD `channel` text;