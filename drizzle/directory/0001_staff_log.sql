CREATE TABLE `directory_alarms` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`account_id` text NOT NULL,
	`kind` text NOT NULL,
	`subject` text NOT NULL,
	`since` integer NOT NULL,
	`last_at` integer NOT NULL,
	`count` integer NOT NULL,
	`cleared_at` integer,
	`acknowledged_by` text,
	`change` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `directory_alarms_alarm` ON `directory_alarms` (`account_id`,`kind`,`subject`);--> statement-breakpoint
CREATE TABLE `staff_log` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`sub` text NOT NULL,
	`roles` text NOT NULL,
	`act` text NOT NULL,
	`target` text,
	`reason` text NOT NULL
);
--> statement-breakpoint
ALTER TABLE `directory_accounts` ADD `in_doubt` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
CREATE TRIGGER `staff_log_no_update` BEFORE UPDATE ON `staff_log` BEGIN
	SELECT RAISE(ABORT, 'the staff log is append-only');
END;
--> statement-breakpoint
CREATE TRIGGER `staff_log_no_delete` BEFORE DELETE ON `staff_log` BEGIN
	SELECT RAISE(ABORT, 'the staff log is append-only');
END;
--> statement-breakpoint
CREATE TRIGGER `staff_log_no_replace` BEFORE INSERT ON `staff_log` WHEN EXISTS (SELECT 1 FROM `staff_log` WHERE `seq` = NEW.`seq`) BEGIN
	SELECT RAISE(ABORT, 'the staff log is append-only');
END;
--> statement-breakpoint
CREATE TRIGGER `staff_log_at_the_end` AFTER INSERT ON `staff_log` WHEN NEW.`seq` < 1 OR NEW.`seq` <> (SELECT max(`seq`) FROM `staff_log`) BEGIN
	SELECT RAISE(ABORT, 'the staff log is append-only');
END;
