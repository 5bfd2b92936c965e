//! Retention rules, what has them, and what is due.

use clap::{Args, Subcommand, ValueEnum};
use fonds_app::{Language, RecordFilter, RecordRow, RuleView};

use crate::context::Context;
use crate::output::Output;
use crate::words::{counted, say};
use crate::{Result, table};

/// What can be done with retention. RULE is the number of its disposition authority, or its id.
#[derive(Subcommand)]
pub enum RetentionVerb {
    /// The rules themselves
    #[command(subcommand)]
    Rule(RuleVerb),
    /// Give a category or a post a rule
    Assign(Assign),
    /// Take the rule away again: the category then has that of the one above, the post those of its categories
    Unassign(Unassign),
    /// How long a post is kept, and why
    Show {
        /// The post
        post: String,
    },
    /// List the records whose period is over, or will be
    Due(Due),
}

/// What can be done with rules.
#[derive(Subcommand)]
pub enum RuleVerb {
    /// Add a rule; prints its id
    Add(AddRule),
    /// List the rules
    List,
    /// Change a rule, and with it what is due for all that is under it
    Change(ChangeRule),
    /// Remove a rule that nothing has
    Remove {
        /// The rule
        rule: String,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Trigger {
    /// The post was made
    Created,
    /// Its text last changed
    Revised,
    /// It first was on a blog
    Published,
    /// It was taken off its last blog
    Withdrawn,
}

#[derive(Clone, Copy, ValueEnum)]
enum Action {
    /// The record is destroyed
    Destroy,
    /// It goes to an archive
    Transfer,
    /// Somebody decides
    Review,
}

/// `retention rule add`'s arguments.
#[derive(Args)]
pub struct AddRule {
    /// The disposition authority's number, as written in it
    #[arg(long, value_name = "NUMBER")]
    number: String,
    /// What the rule is about, in English
    #[arg(long, value_name = "TITLE")]
    title: String,
    /// What the rule is about, in French
    #[arg(long, value_name = "TITLE")]
    title_fr: String,
    /// What begins the period
    #[arg(long)]
    trigger: Trigger,
    /// Count the period from the end of that calendar year
    #[arg(long)]
    from_year_end: bool,
    /// How long, in ISO 8601: P5Y, P18M, P90D
    #[arg(long, value_name = "PERIOD")]
    period: String,
    /// What is done when the period is over
    #[arg(long)]
    action: Action,
}

/// `retention rule change`'s arguments.
#[derive(Args)]
pub struct ChangeRule {
    /// The rule
    rule: String,
    /// Another number
    #[arg(long, value_name = "NUMBER")]
    number: Option<String>,
    /// Another title in English
    #[arg(long, value_name = "TITLE")]
    title: Option<String>,
    /// Another title in French
    #[arg(long, value_name = "TITLE")]
    title_fr: Option<String>,
    /// Another trigger
    #[arg(long)]
    trigger: Option<Trigger>,
    /// Whether the period counts from the end of the calendar year
    #[arg(long, value_name = "BOOL")]
    from_year_end: Option<bool>,
    /// Another period
    #[arg(long, value_name = "PERIOD")]
    period: Option<String>,
    /// Another action
    #[arg(long)]
    action: Option<Action>,
}

/// `retention assign`'s arguments.
#[derive(Args)]
pub struct Assign {
    /// The rule
    rule: String,
    #[command(flatten)]
    to: Bearer,
}

/// `retention unassign`'s arguments.
#[derive(Args)]
pub struct Unassign {
    #[command(flatten)]
    from: Bearer,
}

/// What has a rule.
#[derive(Args)]
struct Bearer {
    /// A category, by path or id
    #[arg(long, value_name = "CATEGORY", required_unless_present = "post", conflicts_with_all = ["post", "reason"])]
    category: Option<String>,
    /// A post; its counterpart has the rule with it
    #[arg(long, value_name = "POST", requires = "reason")]
    post: Option<String>,
    /// Why the post has another rule than its categories; the journal keeps it
    #[arg(long, value_name = "REASON")]
    reason: Option<String>,
}

/// `retention due`'s arguments.
#[derive(Args)]
pub struct Due {
    /// Whose last day is at most this one [default: today, in UTC]
    #[arg(long, value_name = "DATE")]
    by: Option<String>,
}

/// Does it.
pub fn run(context: &mut Context, verb: RetentionVerb) -> Result<()> {
    match verb {
        RetentionVerb::Rule(verb) => rule(context, verb),
        RetentionVerb::Assign(assign) => bear(context, &assign.to, Some(&assign.rule)),
        RetentionVerb::Unassign(unassign) => bear(context, &unassign.from, None),
        RetentionVerb::Show { post } => {
            let session = context.open()?;
            let record = session.record_of(session.find(&post)?)?;
            show(context, &record)
        }
        RetentionVerb::Due(due) => {
            let session = context.open()?;
            let by = due.by.unwrap_or_else(fonds_app::today);
            let filter = RecordFilter { by: Some(by), rule: None, hold: None, words: None };
            let records = session.all_records(&filter)?;
            let language = context.language;
            context.output.answer(&records, |out, records| {
                let rows: Vec<_> = records.iter().map(|record| row(record, language)).collect();
                table::write(out, &rows)
            })
        }
    }
}

fn rule(context: &mut Context, verb: RuleVerb) -> Result<()> {
    let mut session = context.open()?;
    let id = match verb {
        RuleVerb::Add(add) => session.save_rule(&RuleView {
            id: String::new(),
            number: add.number,
            title_en: add.title,
            title_fr: add.title_fr,
            trigger: word(&add.trigger),
            year_end: add.from_year_end,
            period: add.period,
            action: word(&add.action),
            categories: vec![],
            records: 0,
        })?,
        RuleVerb::Change(change) => {
            let now = session.find_rule(&change.rule)?;
            session.save_rule(&RuleView {
                number: change.number.unwrap_or(now.number),
                title_en: change.title.unwrap_or(now.title_en),
                title_fr: change.title_fr.unwrap_or(now.title_fr),
                trigger: change.trigger.as_ref().map_or(now.trigger, word),
                year_end: change.from_year_end.unwrap_or(now.year_end),
                period: change.period.unwrap_or(now.period),
                action: change.action.as_ref().map_or(now.action, word),
                ..now
            })?
        }
        RuleVerb::Remove { rule } => {
            session.remove_rule(&rule)?;
            return list(context, &session.rules()?);
        }
        RuleVerb::List => return list(context, &session.rules()?),
    };
    let saved = session.rules()?.into_iter().find(|rule| rule.id == id);
    context.output.answer(&saved, |out, _| out.line(&id))
}

fn word(value: &impl ValueEnum) -> String {
    value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

fn list(context: &mut Context, rules: &Vec<RuleView>) -> Result<()> {
    let language = context.language;
    context.output.answer(rules, |out, rules| {
        let rows = rules.iter().map(|rule| {
            let title = if language == Language::Fr { &rule.title_fr } else { &rule.title_en };
            let mut trigger = say(language, &format!("trigger.{}", rule.trigger), &[]);
            if rule.year_end {
                trigger += &say(language, "retention.year_end", &[]);
            }
            let records = usize::try_from(rule.records).unwrap_or(usize::MAX);
            vec![
                rule.number.clone(),
                title.clone(),
                rule.period.clone(),
                trigger,
                say(language, &format!("action.{}", rule.action), &[]),
                counted(language, "count.records", records),
            ]
        });
        table::write(out, &rows.collect::<Vec<_>>())
    })
}

fn bear(context: &mut Context, bearer: &Bearer, rule: Option<&str>) -> Result<()> {
    let mut session = context.open()?;
    if let Some(post) = &bearer.post {
        let post = session.find(post)?;
        let record = session.assign_rule(post, rule, bearer.reason.as_deref().unwrap_or_default())?;
        return show(context, &record);
    }
    let category = session.find_category(bearer.category.as_deref().unwrap_or_default())?;
    session.bind_rule(category, rule)?;
    list(context, &session.rules()?)
}

fn show(context: &mut Context, record: &RecordRow) -> Result<()> {
    let language = context.language;
    context.output.answer(record, |out, record| describe(out, record, language))
}

fn describe(out: &mut Output, record: &RecordRow, language: Language) -> Result<()> {
    let Some(rule) = &record.rule else {
        return out.line(&say(language, "retention.none", &[])).and_then(|()| held(out, record, language));
    };
    let title = if language == Language::Fr { &rule.title_fr } else { &rule.title_en };
    out.line(&format!("{}  {title}", rule.number))?;
    if let Some(reason) = &rule.reason {
        out.line(&say(language, "retention.own", &[("reason", reason)]))?;
    }
    let action = say(language, &format!("action.{}", rule.action), &[]);
    match (&record.since, &record.until) {
        (Some(since), Some(until)) => out.line(&say(
            language,
            "retention.kept",
            &[("since", since), ("until", until), ("action", &action)],
        ))?,
        _ => {
            let trigger = say(language, &format!("trigger.{}", rule.trigger), &[]);
            out.line(&say(language, "retention.not_running", &[("trigger", &trigger)]))?;
        }
    }
    held(out, record, language)
}

fn held(out: &mut Output, record: &RecordRow, language: Language) -> Result<()> {
    record
        .holds
        .iter()
        .try_for_each(|hold| out.line(&say(language, "retention.held", &[("name", &hold.name)])))
}

/// Last day, action, number, title, holds.
fn row(record: &RecordRow, language: Language) -> Vec<String> {
    let own = record.posts.iter().find(|post| post.language == language).or(record.posts.first());
    let mut title = own.map(|post| post.title.clone()).unwrap_or_default();
    for hold in &record.holds {
        title += &format!("  [{}]", say(language, "retention.held", &[("name", &hold.name)]));
    }
    let rule = record.rule.as_ref();
    vec![
        record.until.clone().unwrap_or_default(),
        rule.map(|rule| say(language, &format!("action.{}", rule.action), &[])).unwrap_or_default(),
        rule.map(|rule| rule.number.clone()).unwrap_or_default(),
        title,
    ]
}
