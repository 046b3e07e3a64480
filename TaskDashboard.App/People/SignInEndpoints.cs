using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using TaskDashboard.App.Components.SignIn;
using TaskDashboard.App.Hosting;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.People;

/// <summary>Signing in and out: plain forms, because only an answer to a request can set a cookie.</summary>
internal static class SignInEndpoints
{
    public static void MapSignIn(this WebApplication app)
    {
        app.MapGet("/login", Show).AllowAnonymous().ExcludeFromDescription();
        app.MapPost("/login", SignInAsync).AllowAnonymous().ExcludeFromDescription();
        app.MapPost("/logout", SignOutAsync).AllowAnonymous().ExcludeFromDescription();
        app.MapPost("/first-account", BeginAsync).Needs(PersonRole.Owner).WithMetadata(new NotForCommands()).ExcludeFromDescription();
    }

    private static IResult Show(CurrentCaller caller, PersonDirectory directory, string? returnUrl = null, string? error = null) =>
        !directory.HasAccounts || caller.Value != Caller.Nobody
            ? TypedResults.LocalRedirect(Local(returnUrl))
            : new RazorComponentResult<SignInDocument>(new Dictionary<string, object?> { [nameof(SignInDocument.ReturnUrl)] = Local(returnUrl), [nameof(SignInDocument.Error)] = error });

    private static async Task<RedirectHttpResult> SignInAsync(
        [FromForm] string? userName, [FromForm] string? password, [FromForm] string? returnUrl, SignInManager<Person> signIn, UserManager<Person> users, AuditLog audit, ILogger<PeopleService> logger)
    {
        userName = userName?.Trim() ?? "";
        using var turn = await PasswordTurns.TakeAsync(userName);
        var person = await users.FindByNameAsync(userName);
        if (person is null or { DisabledAt: not null })
        {
            // As slow as a wrong password: whether somebody has an account is not to be heard from the time it takes.
            users.PasswordHasher.HashPassword(new Person(), password ?? "");
            return Again("wrong", returnUrl);
        }

        // What is tried at a locked account is not even looked at: anybody could fill the audit log with it, until nothing else was in there.
        var isLocked = await users.IsLockedOutAsync(person);
        var result = await signIn.PasswordSignInAsync(person, password ?? "", isPersistent: true, lockoutOnFailure: true);
        if (!isLocked) audit.Append(PersonEntry.Of(person).Caller, result.Succeeded ? AuditActions.SignedIn : AuditActions.SignInRefused, person.Id);
        if (result.Succeeded) return TypedResults.LocalRedirect(Local(returnUrl));
        logger.LogWarning("A sign-in of {UserId} was refused: {Result}.", person.Id, result);
        return Again(result.IsLockedOut ? "locked" : "wrong", returnUrl);
    }

    private static async Task<RedirectHttpResult> SignOutAsync([FromForm] string? returnUrl, SignInManager<Person> signIn, CurrentCaller caller, AuditLog audit)
    {
        if (caller.Value is { SeesAll: false, UserId.Length: > 0 } person) audit.Append(person, AuditActions.SignedOut, person.UserId);
        await signIn.SignOutAsync();
        return TypedResults.LocalRedirect($"/login?returnUrl={Uri.EscapeDataString(Local(returnUrl))}");
    }

    /// <summary>The person at this machine gets an account, and is signed in with it.</summary>
    private static async Task<RedirectHttpResult> BeginAsync(
        [FromForm] string? userName, [FromForm] string? name, [FromForm] string? password, PeopleService people, PersonDirectory directory, SignInManager<Person> signIn, UserManager<Person> users)
    {
        if (directory.HasAccounts) return TypedResults.LocalRedirect("/people");
        try
        {
            var made = await people.CreateAsync(userName, string.IsNullOrWhiteSpace(name) ? userName : name, password, PersonRole.Owner, quietly: true);

            // The page that asked is one of those that have no session any more: it would leave before it has the new one.
            directory.TellLater();
            await signIn.SignInAsync((await users.FindByIdAsync(made.UserId))!, isPersistent: true);
            return TypedResults.LocalRedirect("/people");
        }
        catch (RefusedException refusal)
        {
            return TypedResults.LocalRedirect($"/people?error={Uri.EscapeDataString(refusal.Message)}");
        }
    }

    private static RedirectHttpResult Again(string error, string? returnUrl) => TypedResults.LocalRedirect($"/login?error={error}&returnUrl={Uri.EscapeDataString(Local(returnUrl))}");

    /// <summary>Never away from here, whatever a link says, and nothing that could not stand in a header.</summary>
    private static string Local(string? address) => address is ['/', not ('/' or '\\'), ..] or "/" && address.All(letter => letter is > ' ' and < '\x7f') ? address : "/tasks";
}
