//! The list by pages: together they are the whole list, in each order, whatever the conditions.

use std::collections::BTreeSet;

use fonds_library::{Cursor, Id, Language, Library, NewPost, Order, Post, Query};

use super::{Desk, act};

const ORDERS: [Order; 4] =
    [Order::Newest, Order::Oldest, Order::Title(Language::En), Order::Title(Language::Fr)];

/// Every page of `most` rows, one behind the other: the post by which each pair is listed.
fn all(library: &Library, query: &Query, order: Order, most: usize) -> Vec<Id> {
    let mut after: Option<Cursor> = None;
    let mut found = vec![];
    loop {
        let page = library.list(query, order, after.as_ref(), most).unwrap();
        assert!(page.rows.len() <= most);
        found.extend(page.rows.iter().map(|row| row.found));
        let Some(next) = page.next else { return found };
        // As text it is the same place.
        assert_eq!(next.to_string().parse(), Ok(next.clone()));
        after = Some(next);
    }
}

/// The same from a plain list of posts.
fn expected(library: &Library, order: Order, meets: impl Fn(&Post) -> bool) -> Vec<Id> {
    let mut posts = library.all_posts().unwrap();
    posts.retain(|post| post.trashed_at.is_none() && meets(post));
    match order {
        Order::Newest => posts.sort_by_key(|post| std::cmp::Reverse((post.updated_at, post.id))),
        Order::Oldest => posts.sort_by_key(|post| (post.updated_at, post.id)),
        Order::Title(language) => {
            posts.sort_by_key(|post| (post.title.to_lowercase(), post.id));
            let preferred: BTreeSet<Id> =
                posts.iter().filter(|post| post.language == language).map(|post| post.pair).collect();
            posts.retain(|post| post.language == language || !preferred.contains(&post.pair));
        }
    }
    let mut pairs = BTreeSet::new();
    posts.retain(|post| pairs.insert(post.pair));
    posts.into_iter().map(|post| post.id).collect()
}

/// Pairs, lone posts, equal times, equal titles, and some in the trash.
fn filled(posts: usize) -> Desk {
    let mut desk = Desk::new();
    let mut last = None;
    for number in 0..posts {
        let language = if number % 3 == 1 { Language::Fr } else { Language::En };
        let new = desk.new_post(language, ["banane", "Cerise", "abricot", "datte"][number % 4]);
        let counterpart = last.filter(|_| number % 3 == 1);
        let post = desk.library.create_post(&act(2_000), &NewPost { counterpart, ..new }).unwrap();
        desk.save(post.id, &format!("Text {number}"), 10_000 + (number as i64 * 7_919) % 40);
        if number % 7 == 0 {
            desk.library.set_trashed(&act(20_000), post.id, true).unwrap();
        }
        last = (number % 7 != 0).then_some(post.id);
    }
    desk
}

#[test]
fn pages_together_are_the_list() {
    let desk = filled(120);
    for order in ORDERS {
        let whole = expected(&desk.library, order, |_| true);
        for most in [1, 7, 500] {
            assert_eq!(all(&desk.library, &Query::default(), order, most), whole, "{order:?} {most}");
        }
        assert_eq!(desk.library.listed_pairs().unwrap(), whole.len() as u64);
        let french = Query { language: Some(Language::Fr), ..Query::default() };
        let whole = expected(&desk.library, order, |post| post.language == Language::Fr);
        assert_eq!(all(&desk.library, &french, order, 5), whole, "{order:?}");
    }
}

#[test]
fn a_row_has_both_posts_of_its_pair_and_what_is_the_matter_with_them() {
    let mut desk = Desk::new();
    let english = desk.post(Language::En, "Open data");
    let new = desk.new_post(Language::Fr, "Données ouvertes");
    let french =
        desk.library.create_post(&act(3_000), &NewPost { counterpart: Some(english.id), ..new }).unwrap();
    desk.save(english.id, "Text.", 4_000);
    let one = |desk: &Desk, query: &Query| {
        let page = desk.library.list(query, Order::Newest, None, 10).unwrap();
        assert_eq!((page.rows.len(), page.next), (1, None));
        page.rows[0].clone()
    };
    let row = one(&desk, &Query::default());
    assert_eq!(row.found, english.id);
    assert_eq!(row.posts.iter().map(|post| post.id).collect::<Vec<_>>(), [english.id, french.id]);
    // A condition names the post that meets it; the row still has both.
    let row = one(&desk, &Query { language: Some(Language::Fr), ..Query::default() });
    assert_eq!((row.found, row.posts.len()), (french.id, 2));
    desk.library.set_trashed(&act(5_000), english.id, true).unwrap();
    let row = one(&desk, &Query::default());
    assert_eq!((row.found, row.posts.len()), (french.id, 1));
    assert_eq!(desk.library.listed_pairs().unwrap(), 1);
    assert_eq!(desk.library.trash().unwrap()[0].id, english.id);
    desk.library.set_trashed(&act(6_000), french.id, true).unwrap();
    assert_eq!(desk.library.listed_pairs().unwrap(), 0);
    assert_eq!(desk.library.list(&Query::default(), Order::Newest, None, 10).unwrap().rows, []);
}

#[test]
fn what_is_rare_is_found_however_many_steps_it_takes() {
    let mut desk = Desk::new();
    let tx = desk.raw();
    // More than a step looks at, in one transaction: the list needs no more of a post than its row.
    let mut insert = String::from("BEGIN;");
    for number in 0..1_500 {
        let (pair, post) = (desk.id(), desk.id());
        insert += &format!(
            "INSERT INTO pair VALUES ('{pair}'); INSERT INTO post (id, pair, created_at, status, language, title, slug, updated_at)
             VALUES ('{post}', '{pair}', 0, '{}', 'en', '', '{number}', {number});",
            if number == 0 { "withdrawn" } else { "draft" }
        );
    }
    tx.execute_batch(&(insert + "COMMIT")).unwrap();
    let rare = Query { status: Some(fonds_library::Status::Withdrawn), ..Query::default() };
    for order in ORDERS {
        assert_eq!(all(&desk.library, &rare, order, 50).len(), 1, "{order:?}");
    }
    let none = Query { author: Some("nobody".into()), ..Query::default() };
    assert_eq!(all(&desk.library, &none, Order::Newest, 50), []);
}

#[test]
fn a_post_that_is_saved_between_two_pages_is_neither_lost_nor_shown_twice_below() {
    let mut desk = filled(60);
    let whole = expected(&desk.library, Order::Newest, |_| true);
    let first = desk.library.list(&Query::default(), Order::Newest, None, 10).unwrap();
    // The last row of the first page moves to the top, and so does one that is still to come.
    desk.save(whole[9], "Saved again.", 90_000);
    let rest = desk.library.list(&Query::default(), Order::Newest, first.next.as_ref(), 1_000).unwrap();
    let rest: Vec<Id> = rest.rows.iter().map(|row| row.found).collect();
    assert_eq!(rest, whole[10..]);
}

#[test]
fn titles_are_found_by_how_they_begin_and_by_words_further_on() {
    let mut desk = Desk::new();
    let later = desk.post(Language::Fr, "L’été des données");
    let first = desk.post(Language::Fr, "Données ouvertes");
    let second = desk.post(Language::En, "Donnees, the second");
    desk.post(Language::Fr, "Abandonnées");
    let gone = desk.post(Language::Fr, "Données perdues");
    desk.library.set_trashed(&act(9_000), gone.id, true).unwrap();
    let titled = |words: &str, most: usize| -> Vec<Id> {
        desk.library.titled(words, most).unwrap().into_iter().map(|post| post.id).collect()
    };
    assert_eq!(titled("DONNÉE", 9), [second.id, first.id, later.id]);
    assert_eq!(titled("donnees ouv", 9), [first.id]);
    assert_eq!(titled("ouvertes données", 9), []);
    assert_eq!(titled("d", 9), [second.id, first.id]);
    assert_eq!(titled("\"des don", 9), [later.id]);
    assert_eq!(titled(" ", 2).len(), 2);
    assert_eq!(titled("{title} : *", 9), []);
}
