//! Retention rules, holds, and the records that are under them.
//!
//! A record is a pair: an English and a French post that say the same, or a post alone.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use fonds_library::{Date, Hold, Id, Kept, Post, Rule, RuleFrom, Target};

use crate::views::view;
use crate::{Error, Language, Result, Session, clock};

view! {
    /// A retention rule.
    RuleView {
        /// Its id; empty for one that is to be made.
        id: String,
        /// The disposition authority's number.
        number: String,
        /// What it is about, in English.
        title_en: String,
        /// What it is about, in French.
        title_fr: String,
        /// What begins the period: `created`, `revised`, `published` or `withdrawn`.
        #[ts(type = "\"created\" | \"revised\" | \"published\" | \"withdrawn\"")]
        trigger: String,
        /// Whether the period counts from the end of that calendar year.
        year_end: bool,
        /// How long, as ISO 8601 writes it.
        period: String,
        /// What then: `destroy`, `transfer` or `review`.
        #[ts(type = "\"destroy\" | \"transfer\" | \"review\"")]
        action: String,
        /// The categories that have it, by id.
        categories: Vec<String>,
        /// How many records are under it.
        records: u32,
    }
    /// A hold.
    HoldView {
        /// Its id.
        id: String,
        /// Its name.
        name: String,
        /// Why.
        reason: String,
        /// By whose authority.
        authority: String,
        /// Who placed it.
        placed_by: String,
        /// When.
        placed_at: String,
        /// What it is on.
        targets: Vec<HoldTarget>,
        /// How many records are under it; 0 once it is released.
        records: u32,
        /// When it was released, where it was.
        released_at: Option<String>,
        /// By whom.
        released_by: Option<String>,
        /// Why.
        release_reason: Option<String>,
    }
    /// Something that a hold is on.
    HoldTarget {
        /// `post`, `category` or `search`.
        #[ts(type = "\"post\" | \"category\" | \"search\"")]
        kind: String,
        /// Its id: for `post` that of a post.
        id: String,
        /// What it is called in English; the id where it is no more.
        name_en: String,
        /// What it is called in French.
        name_fr: String,
    }
    /// How long a record is kept.
    RecordRow {
        /// The pair's id.
        pair_id: String,
        /// Its posts, English first.
        posts: Vec<RecordPost>,
        /// The rule that it is under.
        rule: Option<RecordRule>,
        /// The day that the period counts from; none where it has not begun.
        since: Option<String>,
        /// The last day on which it is kept.
        until: Option<String>,
        /// The holds in force that it is under.
        holds: Vec<RecordHold>,
    }
    /// A post of a record.
    RecordPost {
        /// Its id.
        id: String,
        /// Its language.
        language: Language,
        /// Its title.
        title: String,
        /// `draft`, `approved`, `scheduled`, `published` or `withdrawn`.
        #[ts(type = "\"draft\" | \"approved\" | \"scheduled\" | \"published\" | \"withdrawn\"")]
        status: String,
        /// Whether it is in the trash.
        trashed: bool,
    }
    /// The rule of a record, and where it has it from.
    RecordRule {
        /// The rule's id.
        id: String,
        /// The disposition authority's number.
        number: String,
        /// What it is about, in English.
        title_en: String,
        /// What it is about, in French.
        title_fr: String,
        /// What is done when the period is over.
        #[ts(type = "\"destroy\" | \"transfer\" | \"review\"")]
        action: String,
        /// What begins the period.
        #[ts(type = "\"created\" | \"revised\" | \"published\" | \"withdrawn\"")]
        trigger: String,
        /// The category that it comes from; none where it was given to the record.
        category: Option<String>,
        /// Why the record has a rule of its own.
        reason: Option<String>,
    }
    /// A hold in force, beside a record.
    RecordHold {
        /// Its id.
        id: String,
        /// Its name.
        name: String,
    }
    /// The first of the records that were asked for.
    RecordPage {
        /// Today, in UTC: what due dates are compared with.
        today: String,
        /// How many there are.
        total: u32,
        /// The first of them, what is due first at the top.
        rows: Vec<RecordRow>,
    }
    /// Which records are asked for; all where nothing is said.
    RecordFilter {
        /// Those that are kept until this day at most.
        by: Option<String>,
        /// Those under this rule, by id.
        rule: Option<String>,
        /// Those under this hold, by id.
        hold: Option<String>,
        /// Those with all these words in a title.
        words: Option<String>,
    }
    /// A hold that is to be placed.
    NewHold {
        /// Its name.
        name: String,
        /// Why.
        reason: String,
        /// By whose authority.
        authority: String,
        /// Posts, by id; their pairs are held.
        posts: Vec<String>,
        /// Categories, by id.
        categories: Vec<String>,
        /// Saved searches, by name or id.
        #[serde(default)]
        searches: Vec<String>,
    }
}

/// More rows than anybody reads; the filters find the rest.
const MOST_ROWS: usize = 500;

impl Session {
    /// Every rule, by number.
    pub fn rules(&self) -> Result<Vec<RuleView>> {
        let mut under: HashMap<Id, u32> = HashMap::new();
        for kept in self.library.kept_all()? {
            if let Some((rule, _)) = kept.rule {
                *under.entry(rule.id).or_default() += 1;
            }
        }
        let mut bound: HashMap<Id, Vec<String>> = HashMap::new();
        for (category, rule) in self.library.bindings()? {
            bound.entry(rule).or_default().push(category.to_string());
        }
        let mut rules = self.library.rules()?;
        rules.sort_by(|a, b| a.number.cmp(&b.number));
        let view = |rule: Rule| {
            let categories = bound.remove(&rule.id).unwrap_or_default();
            let records = under.get(&rule.id).copied().unwrap_or(0);
            RuleView { categories, records, ..rule_view(&rule) }
        };
        Ok(rules.into_iter().map(view).collect())
    }

    /// One rule, by id or number, without counts.
    pub fn find_rule(&self, name: &str) -> Result<RuleView> {
        Ok(rule_view(&self.library.find_rule(name)?))
    }

    /// Adds a rule, where its id is empty, or changes the one of that id. Gives the id.
    pub fn save_rule(&mut self, view: &RuleView) -> Result<String> {
        let act = self.act();
        let new = view.id.is_empty();
        let period = view.period.parse().map_err(|reason| {
            Error::new("retention.period").with("name", &view.period).with("reason", reason)
        })?;
        let word = |name: &str| Error::new("retention.word").with("name", name);
        let rule = Rule {
            id: if new { clock::new_id() } else { self.library.find_rule(&view.id)?.id },
            number: view.number.clone(),
            title_en: view.title_en.clone(),
            title_fr: view.title_fr.clone(),
            trigger: view.trigger.parse().map_err(|_| word(&view.trigger))?,
            year_end: view.year_end,
            period,
            action: view.action.parse().map_err(|_| word(&view.action))?,
        };
        if new {
            self.library.add_rule(&act, &rule)?;
        } else {
            self.library.change_rule(&act, &rule)?;
        }
        Ok(rule.id.to_string())
    }

    /// Removes a rule that nothing has.
    pub fn remove_rule(&mut self, name: &str) -> Result<()> {
        let act = self.act();
        let rule = self.library.find_rule(name)?.id;
        Ok(self.library.remove_rule(&act, rule)?)
    }

    /// Gives a category a rule; none leaves it with that of the category above.
    pub fn bind_rule(&mut self, category: Id, rule: Option<&str>) -> Result<()> {
        let act = self.act();
        let rule = rule.map(|name| self.library.find_rule(name)).transpose()?;
        Ok(self.library.bind_rule(&act, category, rule.map(|rule| rule.id))?)
    }

    /// Gives a post, and its counterpart, a rule of its own, with a reason; none leaves it with its categories'.
    pub fn assign_rule(&mut self, post: Id, rule: Option<&str>, reason: &str) -> Result<RecordRow> {
        let act = self.act();
        let rule = rule.map(|name| self.library.find_rule(name)).transpose()?;
        let pair = self.library.post(post)?.pair;
        self.library.assign_rule(&act, pair, rule.map(|rule| rule.id), reason)?;
        self.record_of(post)
    }

    /// How long a post is kept.
    pub fn record_of(&self, post: Id) -> Result<RecordRow> {
        let pair = self.library.post(post)?.pair;
        let holds = self.library.holds_on(pair)?;
        let holds: BTreeMap<&str, Id> = holds.iter().map(|hold| (hold.name.as_str(), hold.id)).collect();
        Ok(record(self.library.kept(pair)?, &self.library.posts_of_pair(pair)?, &holds))
    }

    /// The records that `filter` keeps: what is due first at the top, what is not under a rule at the end.
    pub fn records(&self, filter: &RecordFilter) -> Result<RecordPage> {
        let mut rows = self.all_records(filter)?;
        let total = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        rows.truncate(MOST_ROWS);
        Ok(RecordPage { today: today(), total, rows })
    }

    /// All of them.
    pub fn all_records(&self, filter: &RecordFilter) -> Result<Vec<RecordRow>> {
        let by = filter.by.as_deref().map(date).transpose()?;
        let words: Vec<String> =
            filter.words.iter().flat_map(|text| text.split_whitespace()).map(str::to_lowercase).collect();
        let names: HashMap<Id, String> = self.library.holds()?.into_iter().map(|h| (h.id, h.name)).collect();
        let mut held: HashMap<Id, BTreeMap<&str, Id>> = HashMap::new();
        for (hold, pair) in self.library.held_pairs()? {
            if let Some(name) = names.get(&hold) {
                held.entry(pair).or_default().insert(name, hold);
            }
        }
        let mut posts: HashMap<Id, Vec<Post>> = HashMap::new();
        for post in self.library.all_posts()? {
            posts.entry(post.pair).or_default().push(post);
        }
        let none = BTreeMap::new();
        let mut rows = Vec::new();
        for kept in self.library.kept_all()? {
            if by.is_some_and(|by| kept.until().is_none_or(|until| until > by)) {
                continue;
            }
            let Some(posts) = posts.get_mut(&kept.pair) else { continue };
            posts.sort_by_key(|post| post.language);
            let holds = held.get(&kept.pair).unwrap_or(&none);
            let row = record(kept, posts, holds);
            let fits =
                filter.rule.as_ref().is_none_or(|id| row.rule.as_ref().is_some_and(|rule| rule.id == *id))
                    && filter.hold.as_ref().is_none_or(|id| row.holds.iter().any(|hold| hold.id == *id))
                    && words
                        .iter()
                        .all(|word| row.posts.iter().any(|post| post.title.to_lowercase().contains(word)));
            if fits {
                rows.push(row);
            }
        }
        // Dates in ISO 8601 sort as text.
        let key = |row: &RecordRow| {
            let title = row.posts.first().map(|post| post.title.to_lowercase());
            (row.until.is_none(), row.until.clone(), row.rule.is_none(), title)
        };
        rows.sort_by_cached_key(key);
        Ok(rows)
    }

    /// Every hold: those in force first, each by name.
    pub fn holds(&self) -> Result<Vec<HoldView>> {
        let mut records: HashMap<Id, u32> = HashMap::new();
        for (hold, _) in self.library.held_pairs()? {
            *records.entry(hold).or_default() += 1;
        }
        let paths: HashMap<Id, (String, String)> =
            self.library.category_paths()?.into_iter().map(|path| (path.id, (path.en, path.fr))).collect();
        let mut holds = self.library.holds()?;
        holds.sort_by(|a, b| (a.released.is_some(), &a.name).cmp(&(b.released.is_some(), &b.name)));
        let mut views = Vec::new();
        for hold in holds {
            let targets =
                hold.targets.iter().map(|target| self.hold_target(*target, &paths)).collect::<Result<_>>()?;
            let count = records.get(&hold.id).copied().unwrap_or(0);
            views.push(hold_view(hold, targets, count));
        }
        Ok(views)
    }

    fn hold_target(&self, target: Target, paths: &HashMap<Id, (String, String)>) -> Result<HoldTarget> {
        let (kind, id, names) = match target {
            Target::Pair(pair) => {
                let posts = self.library.posts_of_pair(pair)?;
                let title = |language| posts.iter().find(|post| post.language == language).or(posts.first());
                let names = title(fonds_library::Language::En).zip(title(fonds_library::Language::Fr));
                let id = posts.first().map_or(pair, |post| post.id);
                ("post", id, names.map(|(en, fr)| (en.title.clone(), fr.title.clone())))
            }
            Target::Category(id) => ("category", id, paths.get(&id).cloned()),
            Target::Search(id) => {
                let name = self.library.find_search(&id.to_string()).ok().map(|search| search.name);
                ("search", id, name.map(|name| (name.clone(), name)))
            }
        };
        let (name_en, name_fr) = names.unwrap_or_else(|| (id.to_string(), id.to_string()));
        Ok(HoldTarget { kind: kind.into(), id: id.to_string(), name_en, name_fr })
    }

    /// Places a hold, and gives its id.
    pub fn place_hold(&mut self, new: &NewHold) -> Result<String> {
        let act = self.act();
        let hold = Hold {
            id: clock::new_id(),
            name: new.name.clone(),
            reason: new.reason.clone(),
            authority: new.authority.clone(),
            actor: act.actor.clone(),
            at: act.now,
            targets: self.targets(&new.posts, &new.categories, &new.searches)?,
            released: None,
        };
        self.library.place_hold(&act, &hold)?;
        Ok(hold.id.to_string())
    }

    /// Puts more under a hold, by its name or id.
    pub fn extend_hold(
        &mut self,
        hold: &str,
        posts: &[String],
        categories: &[String],
        searches: &[String],
    ) -> Result<()> {
        let act = self.act();
        let id = self.library.find_hold(hold)?.id;
        let targets = self.targets(posts, categories, searches)?;
        Ok(self.library.extend_hold(&act, id, &targets)?)
    }

    /// Ends a hold, by its name or id.
    pub fn release_hold(&mut self, hold: &str, reason: &str) -> Result<()> {
        let act = self.act();
        let id = self.library.find_hold(hold)?.id;
        Ok(self.library.release_hold(&act, id, reason)?)
    }

    /// Destroys a post that is in the trash, with all its revisions and its file. Refused where a hold or a rule keeps it.
    /// Gives the path of the file where it stayed because another program had changed it.
    pub fn purge_post(&mut self, post: Id) -> Result<Option<String>> {
        let act = self.act();
        let base = match self.library.mirrored_file(post)? {
            Some(_) => self.library.mirror_base(post)?,
            None => vec![],
        };
        let Some(path) = self.library.purge(&act, post)? else { return Ok(None) };
        let gone = fonds_folder::remove_file(self.library.root(), &path, &base)?;
        Ok(Some(path).filter(|_| !gone))
    }

    fn targets(&self, posts: &[String], categories: &[String], searches: &[String]) -> Result<Vec<Target>> {
        let mut targets = BTreeSet::new();
        for post in posts {
            targets.insert(Target::Pair(self.library.find_post(post)?.pair));
        }
        for category in categories {
            targets.insert(Target::Category(self.library.find_category(category)?));
        }
        for search in searches {
            targets.insert(Target::Search(self.library.find_search(search)?.id));
        }
        Ok(targets.into_iter().collect())
    }
}

/// A date in ISO 8601.
fn date(text: &str) -> Result<Date> {
    text.trim().parse().map_err(|_| Error::new("retention.date").with("name", text))
}

/// Today, in UTC, as ISO 8601 writes it.
pub fn today() -> String {
    clock::now().to_string().get(..10).unwrap_or_default().to_owned()
}

fn rule_view(rule: &Rule) -> RuleView {
    RuleView {
        id: rule.id.to_string(),
        number: rule.number.clone(),
        title_en: rule.title_en.clone(),
        title_fr: rule.title_fr.clone(),
        trigger: rule.trigger.as_str().into(),
        year_end: rule.year_end,
        period: rule.period.to_string(),
        action: rule.action.as_str().into(),
        categories: vec![],
        records: 0,
    }
}

fn hold_view(hold: Hold, targets: Vec<HoldTarget>, records: u32) -> HoldView {
    let released = hold.released;
    HoldView {
        id: hold.id.to_string(),
        name: hold.name,
        reason: hold.reason,
        authority: hold.authority,
        placed_by: hold.actor.name,
        placed_at: hold.at.to_string(),
        targets,
        records,
        released_at: released.as_ref().map(|release| release.at.to_string()),
        released_by: released.as_ref().map(|release| release.actor.name.clone()),
        release_reason: released.map(|release| release.reason),
    }
}

fn record(kept: Kept, posts: &[Post], holds: &BTreeMap<&str, Id>) -> RecordRow {
    let rule = kept.rule.map(|(rule, from)| {
        let (category, reason) = match from {
            RuleFrom::Category(id) => (Some(id.to_string()), None),
            RuleFrom::Own(own) => (None, Some(own.reason)),
        };
        RecordRule {
            id: rule.id.to_string(),
            number: rule.number,
            title_en: rule.title_en,
            title_fr: rule.title_fr,
            action: rule.action.as_str().into(),
            trigger: rule.trigger.as_str().into(),
            category,
            reason,
        }
    });
    RecordRow {
        pair_id: kept.pair.to_string(),
        posts: posts
            .iter()
            .map(|post| RecordPost {
                id: post.id.to_string(),
                language: post.language.into(),
                title: post.title.clone(),
                status: post.status.as_str().into(),
                trashed: post.trashed_at.is_some(),
            })
            .collect(),
        rule,
        since: kept.running.map(|running| running.since.to_string()),
        until: kept.running.map(|running| running.until.to_string()),
        holds: holds
            .iter()
            .map(|(name, id)| RecordHold { id: id.to_string(), name: (*name).into() })
            .collect(),
    }
}
