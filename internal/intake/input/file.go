package input

import (
	"archive/zip"
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// File is a file named by the user.
type File struct {
	Path    string
	Name    string // for messages: the base name, unless the caller gives another
	Size    int64
	ModTime time.Time
	sum     []byte     // SHA-256, once asked for
	book    *bookParts // of a workbook, once weighed
}

// Part is a table or a list inside a file: the file itself, or a member of an archive.
type Part struct {
	File    *File
	Name    string // for messages: the base name, with that of the member
	Shape   Shape
	ModTime time.Time
	Head    []byte // the first bytes, as UTF-8 or Windows-1252 without a mark; empty for a Sheet
	member  string // of a zip archive, "" for the file itself
	gzip    bool
	sheet   string // of a workbook, "" for the first that has cells
}

// Open looks at a file. The error is an *Error.
func Open(name string) (*File, error) {
	info, err := os.Stat(name)
	switch {
	case os.IsNotExist(err):
		return nil, refuse(Unreadable, nil, "ce fichier n’existe pas")
	case err != nil:
		return nil, unreadable(err)
	case info.IsDir():
		return nil, refuse(Unreadable, nil, "c’est un dossier : nommer les fichiers qu’il contient")
	case info.Size() == 0:
		return nil, refuse(Empty, nil, "ce fichier est vide")
	}
	return &File{Path: name, Name: filepath.Base(name), Size: info.Size(), ModTime: info.ModTime()}, nil
}

// Changed reports that the file is no longer what it was when it was opened:
// its size or the time of its last change differs, or it is gone. What was read
// of it may then be of two files. The error is an *Error.
func (f *File) Changed() error {
	info, err := os.Stat(f.Path)
	switch {
	case err != nil:
		return refuse(Changed, err, "le fichier a disparu pendant sa lecture : relancer l’import quand il sera revenu")
	case info.Size() != f.Size || !info.ModTime().Equal(f.ModTime):
		return refuse(Changed, nil, "le fichier a changé pendant sa lecture : attendre que sa copie ou son écriture soit finie et relancer l’import")
	}
	return nil
}

// Fingerprint names the content of the part: two files with the same bytes have
// the same one. It reads the whole file once.
func (p *Part) Fingerprint(ctx context.Context) (string, error) {
	if p.File.sum == nil {
		sum, err := hashFile(ctx, p.File.Path)
		if err != nil {
			return "", err
		}
		p.File.sum = sum
	}
	h := sha256.Sum256(append(p.File.sum[:len(p.File.sum):len(p.File.sum)], p.member...))
	return hex.EncodeToString(h[:4]), nil
}

func hashFile(ctx context.Context, name string) ([]byte, error) {
	f, err := os.Open(name) //nolint:gosec // named by the operator
	if err != nil {
		return nil, unreadable(err)
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, stopping{ctx, f}); err != nil {
		return nil, asError(err)
	}
	return h.Sum(nil), nil
}

// stopping ends a long read when the context ends.
type stopping struct {
	ctx context.Context
	io.Reader
}

func (s stopping) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.Reader.Read(p)
}

// Parts lists what the file holds, in the order of the archive. The error is an *Error.
func (f *File) Parts() ([]*Part, error) {
	whole := &Part{File: f, Name: f.Name, ModTime: f.ModTime}
	magic, err := whole.peek(8)
	if err != nil {
		return nil, err
	}
	if isZip(magic) {
		return f.members(whole)
	}
	whole.gzip = len(magic) > 2 && magic[0] == 0x1f && magic[1] == 0x8b
	if err := whole.look(); err != nil {
		return nil, err
	}
	return []*Part{whole}, nil
}

func isZip(head []byte) bool { return len(head) > 3 && string(head[:4]) == "PK\x03\x04" }

// members lists the tables and lists of an archive; what is neither is left out,
// and an archive without any is refused.
func (f *File) members(whole *Part) ([]*Part, error) {
	archive, err := zip.OpenReader(f.Path)
	if err != nil {
		return nil, refuse(Damaged, err, "cette archive est abîmée ou incomplète : la télécharger de nouveau")
	}
	defer func() { _ = archive.Close() }()
	if len(archive.File) > maxMembers {
		return nil, refuse(TooLarge, nil, "cette archive contient plus de %d fichiers", maxMembers)
	}
	if parts, err := f.document(whole, archive); parts != nil || err != nil {
		return parts, err
	}
	var parts []*Part
	last := refuse(Empty, nil, "cette archive est vide")
	for _, m := range archive.File {
		if m.FileInfo().IsDir() || strings.HasPrefix(m.Name, "__MACOSX/") || strings.HasPrefix(path.Base(m.Name), ".") {
			continue
		}
		p := f.member(whole, m)
		if err := p.look(); err != nil {
			errors.As(err, &last)
			continue
		}
		parts = append(parts, p)
	}
	if len(parts) == 0 {
		return nil, last
	}
	return parts, nil
}

// document takes an archive that is a document for what it is: a workbook is
// read, any other is refused. An archive of files gives nothing.
func (f *File) document(whole *Part, archive *zip.ReadCloser) ([]*Part, error) {
	for _, m := range archive.File {
		switch m.Name {
		case "xl/workbook.xml":
			return f.workbook(whole, archive)
		case "word/document.xml", "ppt/presentation.xml":
			return nil, refuse(Foreign, nil, "c’est un document de bureautique, pas un tableau : demander le tableau au format .xlsx ou .csv")
		case "mimetype":
			return nil, refuse(Foreign, nil, "c’est un document OpenDocument : l’enregistrer au format .xlsx ou .csv")
		}
	}
	return nil, nil
}

func (f *File) member(whole *Part, m *zip.File) *Part {
	p := &Part{File: f, Name: whole.Name + " › " + m.Name, ModTime: m.Modified, member: m.Name}
	if p.ModTime.Year() < 2000 || p.ModTime.After(f.ModTime) { // an archiver that keeps no dates
		p.ModTime = f.ModTime
	}
	return p
}

// workbook accepts an XLSX file of a size that can be held.
func (f *File) workbook(whole *Part, archive *zip.ReadCloser) ([]*Part, error) {
	var total uint64
	for _, m := range archive.File {
		total += m.UncompressedSize64
	}
	if f.Size > maxWorkbook || total > maxSheets {
		return nil, refuse(TooLarge, nil, "ce classeur est trop gros (plus de %d Mo) : l’enregistrer au format CSV", maxWorkbook>>20)
	}
	whole.Shape = Sheet
	return []*Part{whole}, nil
}

// headSize is enough for the longest header and the first object of any list.
const headSize = 64 << 10

// look reads the head and decides on the shape.
func (p *Part) look() error {
	head, err := p.peek(headSize)
	if err != nil {
		return err
	}
	if p.Shape, err = sniff(head); err != nil {
		return err
	}
	p.Head = head
	return nil
}

// peek gives the first bytes of the content.
func (p *Part) peek(n int) ([]byte, error) {
	src, err := p.Content(context.Background(), &Counter{}, MaxRegister)
	if err != nil {
		return nil, err
	}
	defer func() { _ = src.Close() }()
	head := make([]byte, n)
	got, err := io.ReadFull(src, head)
	short := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	if err != nil && !short {
		return nil, asError(err)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) && got == 0 {
		return nil, refuse(Damaged, err, "le fichier est abîmé ou incomplet : le télécharger de nouveau")
	}
	return head[:got], nil
}

// Content opens the decompressed content without its byte order mark, UTF-16
// turned into UTF-8. Bytes read from the file are counted; beyond limit bytes
// of content, or when ctx ends, reading fails.
func (p *Part) Content(ctx context.Context, count *Counter, limit int64) (io.ReadCloser, error) {
	file, err := os.Open(p.File.Path) //nolint:gosec // named by the operator
	if err != nil {
		return nil, unreadable(err)
	}
	packed := &Counter{}
	var src io.Reader = counted{counted{stopping{ctx, file}, count}, packed}
	closers := closers{file}
	switch {
	case p.member != "":
		member, err := p.openMember(readerAt{ctx, file, count, packed})
		if err != nil {
			_ = file.Close()
			return nil, err
		}
		closers = append(closers, member)
		src = &limited{src: member, packed: packed.Total, max: limit}
	case p.gzip:
		unzipped, err := gzip.NewReader(bufio.NewReaderSize(src, 256<<10))
		if err != nil {
			_ = file.Close()
			return nil, asError(err)
		}
		src = &limited{src: unzipped, packed: packed.Total, max: limit}
	}
	return struct {
		io.Reader
		io.Closer
	}{withLines(withoutMark(src)), closers}, nil
}

func (p *Part) openMember(at readerAt) (io.ReadCloser, error) {
	archive, err := zip.NewReader(at, p.File.Size)
	if err != nil {
		return nil, refuse(Damaged, err, "cette archive est abîmée ou incomplète : la télécharger de nouveau")
	}
	for _, m := range archive.File {
		if m.Name != p.member {
			continue
		}
		if m.Flags&1 != 0 {
			return nil, refuse(Foreign, nil, "cette archive est protégée par un mot de passe : la décompresser d’abord")
		}
		src, err := m.Open()
		return src, asError(err)
	}
	return nil, refuse(Damaged, nil, "cette archive a changé pendant la lecture")
}

// readerAt counts what a zip reader takes from the file.
type readerAt struct {
	ctx           context.Context
	file          *os.File
	count, packed *Counter
}

func (r readerAt) ReadAt(p []byte, off int64) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.file.ReadAt(p, off)
	r.count.Add(int64(n))
	r.packed.Add(int64(n))
	return n, err
}

type closers []io.Closer

// Close closes all, the last opened first.
func (c closers) Close() error {
	var first error
	for i := len(c) - 1; i >= 0; i-- {
		if err := c[i].Close(); err != nil && first == nil {
			first = err
		}
	}
	return first
}
