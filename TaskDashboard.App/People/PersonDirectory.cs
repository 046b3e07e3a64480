using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.People;

namespace TaskDashboard.App.People;

/// <summary>
/// Who has an account, in memory: asked for every request and every frame of a stream, so that a role, a session or an account that was taken away counts
/// at once. Safe for threads.
/// </summary>
/// <param name="noteChange">Told that who may see what is not what it was.</param>
internal sealed class PersonDirectory(Action noteChange)
{
    private ImmutableDictionary<string, PersonEntry> people = ImmutableDictionary<string, PersonEntry>.Empty;

    private bool untold;

    /// <summary>Somebody came, changed or may no longer. On the thread that changed it: must be quick.</summary>
    public event Action? Changed;

    /// <summary>False while there is nobody but the person at this machine, who needs no account.</summary>
    public bool HasAccounts => !Volatile.Read(ref people).IsEmpty;

    public IReadOnlyCollection<PersonEntry> All => [.. Volatile.Read(ref people).Values.OrderBy(person => person.UserName, StringComparer.OrdinalIgnoreCase)];

    public PersonEntry? Find(string userId) => Volatile.Read(ref people).GetValueOrDefault(userId);

    public async Task LoadAsync(PeopleDbContext context, CancellationToken cancellationToken)
    {
        var rows = await context.People.AsNoTracking().ToListAsync(cancellationToken);
        Volatile.Write(ref people, rows.ToImmutableDictionary(person => person.Id, PersonEntry.Of, StringComparer.Ordinal));
    }

    /// <summary>Takes in what is stored of a person by now, and says so.</summary>
    public void Set(Person person)
    {
        Take(person);
        Tell();
    }

    /// <summary>Takes in what is stored of a person by now. It counts at once; open pages hear of it by <see cref="Tell"/>.</summary>
    public void Take(Person person)
    {
        ImmutableInterlocked.Update(ref people, (present, entry) => present.SetItem(entry.UserId, entry), PersonEntry.Of(person));
        noteChange();
    }

    public void Tell() => Changed?.Invoke();

    /// <summary>Tells open pages as soon as somebody has come with a session.</summary>
    public void TellLater() => Volatile.Write(ref untold, true);

    /// <summary>Somebody has come with a session.</summary>
    public void NoteSession()
    {
        if (Volatile.Read(ref untold) && Interlocked.Exchange(ref untold, false)) Tell();
    }
}

/// <summary>What is known of a person at every request.</summary>
/// <param name="Stamp">What a session has to carry to be this person's; another one after a change of password or role.</param>
internal sealed record PersonEntry(string UserId, string UserName, string Name, PersonRole Role, string Stamp, DateTimeOffset CreatedAt, DateTimeOffset? DisabledAt)
{
    /// <summary>Nobody else is made of it: asked for often.</summary>
    public Caller Caller { get; } = new(UserId, Name, Role);

    public static PersonEntry Of(Person person) => new(person.Id, person.UserName!, person.DisplayName, person.Role, person.SecurityStamp ?? "", person.CreatedAt, person.DisabledAt);
}
