using Microsoft.AspNetCore.Identity;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.People;

/// <summary>Makes accounts and changes them. The first one is that of the person at this machine, with everything that is there already.</summary>
internal sealed class PeopleService(UserManager<Person> users, PersonDirectory directory, AuditLog audit, CurrentCaller caller, IdSource ids, TimeProvider time)
{
    private const int MaxNameLength = 60;

    /// <summary>One change at a time: whether somebody is the last owner is not to change while it is looked at.</summary>
    private static readonly SemaphoreSlim Changing = new(1);

    /// <param name="userName">What they sign in with.</param>
    /// <param name="name">What others read; null for the user name.</param>
    /// <param name="password">The password.</param>
    /// <param name="role">What they may do.</param>
    /// <param name="quietly">True where the caller tells open pages later.</param>
    /// <exception cref="RefusedException"><c>validation</c>, with what is wrong with which field; <c>not_allowed</c>.</exception>
    public async Task<PersonEntry> CreateAsync(string? userName, string? name, string? password, PersonRole role, bool quietly = false)
    {
        await Changing.WaitAsync();
        try
        {
            var by = RequireOwner();
            var isFirst = !directory.HasAccounts;
            if (isFirst && role != PersonRole.Owner) throw RefusedException.Validation("role", "The first account has to be an owner's: without one nobody could make further ones.");
            var person = new Person
            {
                Id = isFirst ? KnownUsers.Local : ids.NewUser(),
                UserName = userName?.Trim() ?? "",
                DisplayName = Named(name ?? userName),
                Role = role,
                CreatedAt = time.GetUtcNow(),
            };
            Require(await users.CreateAsync(person, password ?? ""));
            directory.Take(person);
            audit.Append(by, AuditActions.PersonCreated, person.Id, person.Role.ToString().ToLowerInvariant());
            if (!quietly) directory.Tell();
            return PersonEntry.Of(person);
        }
        finally
        {
            Changing.Release();
        }
    }

    /// <summary>Changes what is given. Another role, password or state ends every session of the person.</summary>
    /// <exception cref="RefusedException"><c>not_found</c>, <c>last_owner</c>, <c>validation</c>, <c>not_allowed</c>.</exception>
    public Task<PersonEntry> ChangeAsync(string userId, string? name, PersonRole? role, bool? disabled, string? password) =>
        ChangeAsync(RequireOwner, userId, name, role, disabled, password);

    private async Task<PersonEntry> ChangeAsync(Func<Caller> whoMay, string userId, string? name, PersonRole? role, bool? disabled, string? password)
    {
        await Changing.WaitAsync();
        try
        {
            var by = whoMay();
            var person = await users.FindByIdAsync(userId) ?? throw RefusedException.NotFound("person", userId);
            var loses = person is { Role: PersonRole.Owner, DisabledAt: null } && (disabled == true || role is { } other && other != PersonRole.Owner);
            if (loses && !directory.All.Any(one => one is { Role: PersonRole.Owner, DisabledAt: null } && one.UserId != userId))
                throw RefusedException.Conflict("last_owner", "This is the last owner. Make somebody else one first. Nothing was changed.");
            if (name is not null) person.DisplayName = Named(name);
            if (role is { } given) person.Role = given;
            if (disabled is { } off) person.DisabledAt = off ? person.DisabledAt ?? time.GetUtcNow() : null;
            if (password is not null)
            {
                foreach (var validator in users.PasswordValidators) Require(await validator.ValidateAsync(users, person, password));
                person.PasswordHash = users.PasswordHasher.HashPassword(person, password);
                (person.AccessFailedCount, person.LockoutEnd) = (0, null);
            }

            Require(role is not null || disabled is not null || password is not null ? await users.UpdateSecurityStampAsync(person) : await users.UpdateAsync(person));
            directory.Set(person);
            audit.Append(by, password is not null ? AuditActions.PasswordChanged : AuditActions.PersonChanged, userId, disabled == true ? "disabled" : disabled == false ? "enabled" : role?.ToString().ToLowerInvariant());
            return PersonEntry.Of(person);
        }
        finally
        {
            Changing.Release();
        }
    }

    /// <summary>Changes a password by somebody who knows the present one. Wrong ones count as failed sign-ins do.</summary>
    public async Task ChangeOwnPasswordAsync(UserManager<Person> users, string userId, string? current, string? wanted)
    {
        using var turn = await PasswordTurns.TakeAsync(directory.Find(userId)?.UserName ?? "");
        var person = await users.FindByIdAsync(userId) ?? throw RefusedException.Conflict("no_account", "There is no account to change the password of.");
        if (await users.IsLockedOutAsync(person)) throw RefusedException.Conflict("locked_out", "There were too many wrong passwords. Wait a quarter of an hour.");
        if (!await users.CheckPasswordAsync(person, current ?? ""))
        {
            await users.AccessFailedAsync(person);
            throw RefusedException.Validation("current", "This is not the present password.");
        }

        await ChangeAsync(() => caller.Value, userId, null, null, null, wanted ?? "");
    }

    /// <summary>
    /// Asked where one change comes after the other: of two who make the first account at once only one is the person at this machine, and an owner whom
    /// another one demotes meanwhile is none any more.
    /// </summary>
    private Caller RequireOwner() => caller.Value is { Role: PersonRole.Owner } owner ? owner : throw RefusedException.NotAllowed("owners");

    private static string Named(string? name)
    {
        var trimmed = name?.Trim() ?? "";
        return trimmed.Length is >= 1 and <= MaxNameLength ? trimmed : throw RefusedException.Validation("name", $"name has to be 1 to {MaxNameLength} characters long: it is what others read.");
    }

    private static void Require(IdentityResult result)
    {
        if (result.Succeeded) return;
        throw RefusedException.Validation(result.Errors
            .GroupBy(error => error.Code.Contains("Password", StringComparison.Ordinal) ? "password" : "user_name")
            .ToDictionary(field => field.Key, field => field.Select(error => error.Description).ToArray()));
    }
}
