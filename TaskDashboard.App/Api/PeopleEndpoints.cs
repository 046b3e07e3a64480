using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using TaskDashboard.App.Api.Bodies;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.App.Hosting;
using TaskDashboard.App.People;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api;

/// <summary>Who has an account.</summary>
internal static class PeopleEndpoints
{
    public static void MapPeople(this RouteGroupBuilder api)
    {
        var people = api.MapGroup("/people").WithTags("People").ChangesRefuseCommands().ChangesNeed(PersonRole.Owner);
        people.MapGet("", List).WithName("listPeople")
            .WithSummary("Everybody with an account, by user name; empty while nobody needs one.");
        people.MapPost("", CreateAsync).WithName("createPerson")
            .WithSummary("Makes an account. The first one has to be an owner's: everything that is there already becomes theirs, and from then on everybody has to sign in.")
            .Refuses(400, 413, 415);
        people.MapGet("/me", FindMe).WithName("getMe")
            .WithSummary("Who asks, and what they may do.");
        people.MapPost("/me/password", ChangePasswordAsync).WithName("changePassword")
            .WithSummary("Changes the own password; every session ends.")
            .Needs(PersonRole.Viewer)
            .Refuses(400, 409, 413, 415);
        people.MapPatch("/{id}", UpdateAsync).WithName("updatePerson")
            .WithSummary("Changes name, role, password, or whether the account can be used; what is absent stays. All but a name ends every session of the person.")
            .Refuses(400, 404, 409, 413, 415);
    }

    private static Ok<Page<PersonAnswer>> List(PersonDirectory directory) => TypedResults.Ok(new Page<PersonAnswer>([.. directory.All.Select(PersonAnswer.Of)]));

    private static async Task<Created<PersonAnswer>> CreateAsync(PersonBody body, PeopleService people) =>
        TypedResults.Created((string?)null, PersonAnswer.Of(await people.CreateAsync(body.UserName, body.Name, body.Password, body.ReadRole() ?? PersonRole.Member)));

    private static Ok<MeAnswer> FindMe(CurrentCaller caller) => TypedResults.Ok(new MeAnswer(caller.Value.UserId, caller.Value.Name, caller.Value.Role));

    private static async Task<NoContent> ChangePasswordAsync(PasswordBody body, CurrentCaller caller, PeopleService people, UserManager<Person> users)
    {
        if (caller.Value.KeyId is not null) throw RefusedException.NotAllowed("people, not keys,");
        await people.ChangeOwnPasswordAsync(users, caller.Value.UserId, body.Current, body.New);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<PersonAnswer>> UpdateAsync(string id, PersonBody body, PeopleService people) =>
        TypedResults.Ok(PersonAnswer.Of(await people.ChangeAsync(id, body.Name, body.ReadRole(), body.Disabled, body.Password)));
}

/// <summary>A person as others see them.</summary>
internal sealed record PersonAnswer(string Id, string UserName, string Name, PersonRole Role, DateTimeOffset CreatedAt, DateTimeOffset? DisabledAt)
{
    public static PersonAnswer Of(PersonEntry person) => new(person.UserId, person.UserName, person.Name, person.Role, person.CreatedAt, person.DisabledAt);
}

/// <summary>Who asks.</summary>
/// <param name="Id">The person.</param>
/// <param name="Name">What others read.</param>
/// <param name="Role">What they may do; with a key, no more than that allows.</param>
internal sealed record MeAnswer(string Id, string Name, PersonRole Role);

/// <summary>What POST and PATCH of people take.</summary>
internal sealed record PersonBody
{
    [Description("For a new account: what they sign in with. Letters, digits and -._@+; no two people have the same.")]
    public string? UserName { get; init; }

    [Description("What others read; 1 to 60 characters. Default: the user name.")]
    public string? Name { get; init; }

    [Description("At least 10 characters, 4 of them different ones.")]
    public string? Password { get; init; }

    [Description("viewer, member or owner. Default member.")]
    public string? Role { get; init; }

    [Description("Only for a change: true keeps the person from signing in, and ends their sessions and keys.")]
    public bool? Disabled { get; init; }

    public PersonRole? ReadRole()
    {
        var errors = new FieldErrors();
        var role = Role is null ? null : EnumText.Read<PersonRole>("role", Role, errors);
        errors.Refuse();
        return role;
    }
}

/// <summary>What a change of the own password takes.</summary>
internal sealed record PasswordBody
{
    [Description("The present one.")]
    public string? Current { get; init; }

    [Description("At least 10 characters, 4 of them different ones.")]
    public string? New { get; init; }
}
