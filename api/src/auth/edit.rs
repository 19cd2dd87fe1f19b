//! Changes a file of keys as a whole or not at all, keeping its comments, its owner and its mode.

use std::{
    fs::{self, File, Permissions},
    io::{self, Write as _},
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::file::{self, Kind, Named, Wrong};

/// Why a file was left as it is. Never repeats what stands in it.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    #[error("{} cannot be read: {error}", file.display())]
    Read { file: PathBuf, error: io::Error },
    #[error("{} cannot be written: {error}", file.display())]
    Write { file: PathBuf, error: io::Error },
    #[error("{} line {line}: {what}", file.display())]
    Line { file: PathBuf, line: usize, what: &'static str },
    #[error("{} has a {noun} of the name {name} already; revoke it first", file.display())]
    Taken { file: PathBuf, noun: &'static str, name: String },
    #[error("{} has no {noun} of the name {name}", file.display())]
    Unknown { file: PathBuf, noun: &'static str, name: String },
}

/// What stands in the file.
pub(super) fn list(kind: Kind, file: &Path) -> Result<Vec<Named>, EditError> {
    parsed(kind, file, &read(file)?)
}

/// Adds a line; makes the file, for its owner alone, if there is none.
pub(super) fn add(kind: Kind, file: &Path, named: &Named) -> Result<(), EditError> {
    let file = &resolved(file);
    let failed = |error| EditError::Write { file: file.clone(), error };
    let _lock = lock(file).map_err(failed)?;
    let mut text = match read(file) {
        Err(EditError::Read { error, .. }) if error.kind() == io::ErrorKind::NotFound => String::new(),
        read => read?,
    };
    if parsed(kind, file, &text)?.iter().any(|other| other.name == named.name) {
        let (noun, name) = (kind.noun(), named.name.clone());
        return Err(EditError::Taken { file: file.clone(), noun, name });
    }
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text += &file::written(kind, named);
    text.push('\n');
    replace(file, &text).map_err(failed)
}

/// Takes a line out.
pub(super) fn remove(kind: Kind, file: &Path, name: &str) -> Result<(), EditError> {
    let file = &resolved(file);
    let failed = |error| EditError::Write { file: file.clone(), error };
    let _lock = lock(file).map_err(failed)?;
    let text = read(file)?;
    if !parsed(kind, file, &text)?.iter().any(|named| named.name == name) {
        return Err(EditError::Unknown { file: file.clone(), noun: kind.noun(), name: name.to_owned() });
    }
    let is_it = |line: &&str| matches!(file::parse_line(kind, line), Ok(Some(named)) if named.name == name);
    let kept: String = text.split_inclusive('\n').filter(|line| !is_it(line)).collect();
    replace(file, &kept).map_err(failed)
}

/// Behind links: what they lead to is replaced, not they themselves.
fn resolved(file: &Path) -> PathBuf {
    fs::canonicalize(file).unwrap_or_else(|_| file.to_owned())
}

fn read(file: &Path) -> Result<String, EditError> {
    fs::read_to_string(file).map_err(|error| EditError::Read { file: file.to_owned(), error })
}

fn parsed(kind: Kind, file: &Path, text: &str) -> Result<Vec<Named>, EditError> {
    let wrong = |Wrong { line, what }| EditError::Line { file: file.to_owned(), line, what };
    file::parse(kind, text).map_err(wrong)
}

fn folder(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Two who change a file at once do it one after the other: the folder is locked, for the file itself is replaced.
fn lock(file: &Path) -> io::Result<File> {
    let folder = File::open(folder(file))?;
    folder.lock()?;
    Ok(folder)
}

/// Whoever reads the file sees the old text or the new one.
fn replace(file: &Path, text: &str) -> io::Result<()> {
    let mut next = NamedTempFile::new_in(folder(file))?;
    next.write_all(text.as_bytes())?;
    match fs::metadata(file) {
        Ok(before) => {
            next.as_file().set_permissions(Permissions::from_mode(before.mode() & 0o7777))?;
            fchown(next.as_file(), Some(before.uid()), Some(before.gid()))?;
        }
        // A file that is made has the mode of a temporary one, 0600.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    next.as_file().sync_all()?;
    next.persist(file).map_err(|failed| failed.error)?;
    File::open(folder(file))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::{Scopes, file::Hash};

    fn named(name: &str) -> Named {
        Named { name: name.into(), hash: Hash::of(name), scopes: Scopes::default() }
    }

    fn mode(file: &Path) -> u32 {
        fs::metadata(file).unwrap().mode() & 0o7777
    }

    #[test]
    fn a_new_file_is_for_its_owner_alone_and_an_older_one_keeps_mode_and_comments() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keys");
        add(Kind::Client, &file, &named("alice")).unwrap();
        assert_eq!(mode(&file), 0o600);
        fs::write(&file, "# people\n".to_owned() + fs::read_to_string(&file).unwrap().trim_end()).unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        add(Kind::Client, &link, &named("bob")).unwrap();
        remove(Kind::Client, &link, "alice").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(mode(&file), 0o640);
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(text, format!("# people\nbob {} -\n", Hash::of("bob")));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing else is left");
    }

    #[test]
    fn many_who_add_at_once_are_all_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keys");
        std::thread::scope(|threads| {
            for number in 0..16 {
                let file = &file;
                threads.spawn(move || add(Kind::Client, file, &named(&format!("k{number}"))).unwrap());
            }
        });
        assert_eq!(list(Kind::Client, &file).unwrap().len(), 16);
        let taken = add(Kind::Client, &file, &named("k3")).unwrap_err();
        assert!(matches!(taken, EditError::Taken { .. }));
        assert!(matches!(remove(Kind::Client, &file, "zoe"), Err(EditError::Unknown { .. })));
    }
}
