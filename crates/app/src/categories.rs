//! The tree of categories, and filing.

use std::collections::{BTreeSet, HashMap};

use fonds_folder::Folder;
use fonds_library::{Act, Category, Id, Leaving, Library};

use crate::folder::acting;
use crate::{CategoryView, Error, PostView, Result, Session, clock};

impl Session {
    /// Every category, in the order of their English paths.
    pub fn categories(&self) -> Result<Vec<CategoryView>> {
        let filed: HashMap<Id, u64> = self.library.filed_pairs()?.into_iter().collect();
        let by_id: HashMap<Id, Category> =
            self.library.categories()?.into_iter().map(|c| (c.id, c)).collect();
        let paths = self.library.category_paths()?.into_iter();
        Ok(paths
            .filter_map(|path| {
                let category = by_id.get(&path.id)?;
                Some(CategoryView {
                    id: path.id.to_string(),
                    parent: category.parent.map(|parent| parent.to_string()),
                    name_en: category.name_en.clone(),
                    name_fr: category.name_fr.clone(),
                    path_en: path.en,
                    path_fr: path.fr,
                    posts: filed.get(&path.id).copied().unwrap_or(0),
                })
            })
            .collect())
    }

    /// The id of a category from its id or its path, each part in either language.
    pub fn find_category(&self, path: &str) -> Result<Id> {
        Ok(self.library.find_category(path)?)
    }

    /// Adds a category below another or at the top.
    pub fn add_category(&mut self, parent: Option<Id>, name_en: &str, name_fr: &str) -> Result<Id> {
        let act = self.act();
        let id = clock::new_id();
        let category =
            Category { id, parent, name_en: name_en.trim().into(), name_fr: name_fr.trim().into() };
        self.library.add_category(&act, &category)?;
        Ok(id)
    }

    /// Adds the category at a path such as `A/B`, with what is missing above it. `french` names the parts in French;
    /// where it has none, a part has the same name in both.
    pub fn add_category_path(&mut self, path: &str, french: Option<&str>) -> Result<Id> {
        let names: Vec<&str> = path.split('/').map(str::trim).collect();
        let french: Vec<&str> =
            french.map_or_else(|| names.clone(), |path| path.split('/').map(str::trim).collect());
        if french.len() != names.len() {
            return Err(Error::new("category.french_path").with("name", path));
        }
        let mut parent: Option<Id> = None;
        let mut above = String::new();
        for (place, (name, french)) in names.iter().zip(&french).enumerate() {
            above = if place == 0 { (*name).to_owned() } else { format!("{above}/{name}") };
            let last = place + 1 == names.len();
            parent = match self.library.find_category(&above) {
                Ok(id) if !last => Some(id),
                _ => Some(self.add_category(parent, name, french)?),
            };
        }
        parent.ok_or_else(|| Error::new("category.name").with("name", path))
    }

    /// Gives a category new names. Gives the number that undoes it, as do all that change the tree.
    pub fn rename_category(&mut self, id: Id, name_en: &str, name_fr: &str) -> Result<u64> {
        self.change_tree(id, vec![], |library, act| library.rename_category(act, id, name_en, name_fr))
    }

    /// Moves a category under another or to the top.
    pub fn move_category(&mut self, id: Id, parent: Option<Id>) -> Result<u64> {
        self.change_tree(id, vec![], |library, act| library.move_category(act, id, parent))
    }

    /// Makes two categories one: what is in `from` goes to `into`.
    pub fn merge_category(&mut self, from: Id, into: Id) -> Result<u64> {
        self.change_tree(from, vec![], |library, act| library.merge_category(act, from, into).map(|_| ()))
    }

    /// Removes a category with all below it; its posts go where `leaving` says.
    pub fn remove_category(&mut self, id: Id, leaving: Leaving) -> Result<u64> {
        self.change_tree(id, vec![], |library, act| library.remove_category(act, id, leaving).map(|_| ()))
    }

    /// Undoes a change of the tree, by the number that it gave. Gives the number that undoes this in turn.
    pub fn undo_category(&mut self, number: u64) -> Result<u64> {
        let (category, touched) = self.library.changed_category(number)?;
        self.change_tree(category, touched, |library, act| library.undo_category(act, number))
    }

    /// The number that undoes the last change of the tree; 0 where there is none.
    pub fn last_category_change(&self) -> Result<u64> {
        Ok(self.library.last_category_change()?.unwrap_or(0))
    }

    /// Files a post, and its counterpart with it, under exactly these categories.
    pub fn file_post(&mut self, id: Id, categories: &[Id]) -> Result<PostView> {
        let act = self.act();
        let pair = self.library.post(id)?.pair;
        self.library.file_under(&act, pair, categories)?;
        for post in self.library.posts_of_pair(pair)? {
            if self.library.mirrored_file(post.id)?.is_some() || post.id == id {
                self.write_file(post.id)?;
            }
        }
        self.open_post(id)
    }

    /// Changes the tree at a category. Its path stands in the files of every post under it, before and after, and of
    /// the pairs that are `touched` besides.
    fn change_tree(
        &mut self,
        category: Id,
        touched: Vec<Id>,
        change: impl FnOnce(&mut Library, &Act) -> fonds_library::Result<()>,
    ) -> Result<u64> {
        let act = self.act();
        let mut pairs: BTreeSet<Id> =
            self.library.pairs_under(category)?.into_iter().chain(touched).collect();
        let mut retired = BTreeSet::new();
        for pair in &pairs {
            for post in self.library.posts_of_pair(*pair)? {
                retired.append(&mut fonds_folder::category_names(&self.library, post.id)?);
            }
        }
        change(&mut self.library, &act)?;
        let number = self.last_category_change()?;
        pairs.extend(self.library.pairs_under(category)?);
        for pair in pairs {
            for post in self.library.posts_of_pair(pair)? {
                let file = self.library.mirrored_file(post.id)?;
                if post.trashed_at.is_none() && file.is_some_and(|file| !file.missing) {
                    let ctx = Folder { retired: &retired, ..acting(&act) };
                    fonds_folder::write_post(&mut self.library, post.id, &ctx)?;
                }
            }
        }
        Ok(number)
    }
}
