/** What speaks SMTP: loaded when a letter is sent, and in bundles a file of its own. */
export { default as MailComposer } from "nodemailer/lib/mail-composer"
export { default as SMTPConnection } from "nodemailer/lib/smtp-connection"
