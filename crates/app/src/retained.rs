//! Retention rules and holds in the archive's records, and back.

use fonds_archive::v1 as archive;
use fonds_library::{Actor, Hold, Id, Override, Query, Release, Retention, Rule, SavedSearch, Target};

use crate::records::word_of;
use crate::{Error, Result};

/// The library's record as the archive writes it.
pub(crate) fn to_archive(all: &Retention) -> Result<archive::Retention> {
    let rules = all.rules.iter().map(|rule| {
        Ok(archive::RetentionRule {
            id: rule.id.to_string(),
            number: rule.number.clone(),
            title_en: rule.title_en.clone(),
            title_fr: rule.title_fr.clone(),
            trigger: word_of(&rule.trigger)?,
            year_end: rule.year_end,
            period: rule.period.to_string(),
            action: word_of(&rule.action)?,
        })
    });
    let categories = all.bindings.iter().map(|(category, rule)| archive::CategoryRule {
        category: category.to_string(),
        rule: rule.to_string(),
    });
    let pairs = all.overrides.iter().map(|own| archive::PairRule {
        pair: own.pair.to_string(),
        rule: own.rule.to_string(),
        reason: own.reason.clone(),
        actor: written(&own.actor),
        at: own.at.to_string(),
    });
    let holds = all.holds.iter().map(|hold| archive::Hold {
        id: hold.id.to_string(),
        name: hold.name.clone(),
        reason: hold.reason.clone(),
        authority: hold.authority.clone(),
        actor: written(&hold.actor),
        at: hold.at.to_string(),
        on: hold.targets.iter().map(|target| to_target(*target)).collect(),
        released: hold.released.as_ref().map(|end| archive::Release {
            reason: end.reason.clone(),
            actor: written(&end.actor),
            at: end.at.to_string(),
        }),
    });
    let searches = all.searches.iter().map(to_search);
    Ok(archive::Retention {
        rules: rules.collect::<Result<_>>()?,
        categories: categories.collect(),
        pairs: pairs.collect(),
        holds: holds.collect(),
        searches: searches.collect::<Result<_>>()?,
    })
}

/// The archive's record as the library keeps it.
pub(crate) fn from_archive(all: archive::Retention) -> Result<Retention> {
    let rules = all.rules.into_iter().map(|rule| {
        let reason = |reason: &str| Error::new("export.failed").with("reason", reason);
        Ok(Rule {
            id: id(&rule.id)?,
            number: rule.number,
            title_en: rule.title_en,
            title_fr: rule.title_fr,
            trigger: word_of(&rule.trigger)?,
            year_end: rule.year_end,
            period: rule.period.parse().map_err(reason)?,
            action: word_of(&rule.action)?,
        })
    });
    let bindings = all.categories.iter().map(|bound| Ok((id(&bound.category)?, id(&bound.rule)?)));
    let overrides = all.pairs.into_iter().map(|own| {
        Ok(Override {
            pair: id(&own.pair)?,
            rule: id(&own.rule)?,
            reason: own.reason,
            actor: read(own.actor),
            at: time(&own.at)?,
        })
    });
    let holds = all.holds.into_iter().map(|hold| {
        let released = hold.released.map(|end| {
            Ok::<_, Error>(Release { reason: end.reason, actor: read(end.actor), at: time(&end.at)? })
        });
        Ok(Hold {
            id: id(&hold.id)?,
            name: hold.name,
            reason: hold.reason,
            authority: hold.authority,
            actor: read(hold.actor),
            at: time(&hold.at)?,
            targets: hold.on.iter().map(from_target).collect::<Result<_>>()?,
            released: released.transpose()?,
        })
    });
    Ok(Retention {
        rules: rules.collect::<Result<_>>()?,
        bindings: bindings.collect::<Result<_>>()?,
        overrides: overrides.collect::<Result<_>>()?,
        holds: holds.collect::<Result<_>>()?,
        searches: all.searches.into_iter().map(from_search).collect::<Result<_>>()?,
    })
}

fn to_search(search: &SavedSearch) -> Result<archive::Search> {
    let query = search.query.clone();
    Ok(archive::Search {
        id: search.id.to_string(),
        name: search.name.clone(),
        query: archive::SearchQuery {
            words: query.words,
            category: query.category.map(|id| id.to_string()),
            language: query.language.as_ref().map(word_of).transpose()?,
            status: query.status.as_ref().map(word_of).transpose()?,
            author: query.author,
            since: query.since.map(|at| at.to_string()),
            before: query.before.map(|at| at.to_string()),
            pdf: query.pdf,
            held: query.held,
            revisions: query.revisions,
        },
    })
}

fn from_search(search: archive::Search) -> Result<SavedSearch> {
    let query = search.query;
    Ok(SavedSearch {
        id: id(&search.id)?,
        name: search.name,
        query: Query {
            words: query.words,
            category: query.category.as_deref().map(id).transpose()?,
            language: query.language.as_ref().map(word_of).transpose()?,
            status: query.status.as_ref().map(word_of).transpose()?,
            author: query.author,
            since: query.since.as_deref().map(time).transpose()?,
            before: query.before.as_deref().map(time).transpose()?,
            pdf: query.pdf,
            held: query.held,
            revisions: query.revisions,
        },
    })
}

fn to_target(target: Target) -> archive::HoldTarget {
    match target {
        Target::Pair(id) => archive::HoldTarget::Pair(id.to_string()),
        Target::Category(id) => archive::HoldTarget::Category(id.to_string()),
        Target::Search(id) => archive::HoldTarget::Search(id.to_string()),
    }
}

fn from_target(target: &archive::HoldTarget) -> Result<Target> {
    Ok(match target {
        archive::HoldTarget::Pair(of) => Target::Pair(id(of)?),
        archive::HoldTarget::Category(of) => Target::Category(id(of)?),
        archive::HoldTarget::Search(of) => Target::Search(id(of)?),
    })
}

fn written(actor: &Actor) -> archive::Actor {
    archive::Actor { name: actor.name.clone(), email: actor.email.clone() }
}

fn read(actor: archive::Actor) -> Actor {
    Actor { name: actor.name, email: actor.email }
}

fn id(text: &str) -> Result<Id> {
    text.parse().map_err(|_| Error::new("export.failed").with("reason", text))
}

fn time(text: &str) -> Result<fonds_library::Timestamp> {
    text.parse().map_err(|_| Error::new("export.failed").with("reason", text))
}
