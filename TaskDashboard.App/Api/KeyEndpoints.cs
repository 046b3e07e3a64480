using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using TaskDashboard.App.Api.Bodies;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.App.Hosting;
using TaskDashboard.App.People;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api;

/// <summary>What a person's programs come in with.</summary>
internal static class KeyEndpoints
{
    public static void MapKeys(this RouteGroupBuilder api)
    {
        var keys = api.MapGroup("/keys").WithTags("People").ChangesRefuseCommands().ChangesNeed(PersonRole.Viewer);
        keys.MapGet("", List).WithName("listKeys")
            .WithSummary("The own keys, the newest first, without what they are: that is shown once, when a key is made.");
        keys.MapPost("", CreateAsync).WithName("createKey")
            .WithSummary("Makes a key. The answer is the only place where it can be read.")
            .Refuses(400, 409, 413, 415);
        keys.MapDelete("/{id}", RevokeAsync).WithName("revokeKey")
            .WithSummary("Refuses the key from now on, also in streams that were opened with it.")
            .Refuses(404);
    }

    private static Ok<Page<ApiKey>> List(ApiKeys keys, CurrentCaller caller) => TypedResults.Ok(new Page<ApiKey>(keys.List(caller.Value.UserId)));

    private static async Task<Created<NewKeyAnswer>> CreateAsync(KeyBody body, ApiKeys keys, AuditLog audit, CurrentCaller caller)
    {
        RefuseLesserKeys(caller.Value, keys);
        var errors = new FieldErrors();
        var scope = body.Scope is null ? ApiScope.Run : EnumText.Read<ApiScope>("scope", body.Scope, errors);
        errors.Refuse();
        var (key, secret) = await keys.CreateAsync(caller.Value.UserId, body.Name ?? "", scope!.Value, body.ExpiresInDays is { } days ? TimeSpan.FromDays(Math.Clamp(days, -1, 100_000)) : null);
        audit.Append(caller.Value, AuditActions.KeyCreated, key.Id, key.Scope.ToString().ToLowerInvariant());
        return TypedResults.Created((string?)null, new NewKeyAnswer(key.Id, key.Name, key.Prefix, key.Scope, key.CreatedAt, key.ExpiresAt, secret));
    }

    private static async Task<NoContent> RevokeAsync(string id, ApiKeys keys, AuditLog audit, CurrentCaller caller)
    {
        RefuseLesserKeys(caller.Value, keys);
        if (!await keys.RevokeAsync(caller.Value.UserId, id)) throw RefusedException.NotFound("key", id);
        audit.Append(caller.Value, AuditActions.KeyRevoked, id);
        return TypedResults.NoContent();
    }

    /// <summary>A key that is for less must not make itself one that is for more.</summary>
    private static void RefuseLesserKeys(Caller caller, ApiKeys keys)
    {
        if (caller.KeyId is { } id && keys.List(caller.UserId).First(key => key.Id == id).Scope is var scope && scope != ApiScope.Admin) throw RefusedException.KeyIsForLess(scope, ApiScope.Admin);
    }
}

/// <summary>What a new key takes.</summary>
internal sealed record KeyBody
{
    [Description("Required. What it is for; up to 100 characters.")]
    public string? Name { get; init; }

    [Description("read, run or admin. Default run. It never reaches further than its person.")]
    public string? Scope { get; init; }

    [Description("After how many days it is refused, up to 3650; absent for never.")]
    public int? ExpiresInDays { get; init; }
}

/// <summary>A key that was just made, with what it is.</summary>
internal sealed record NewKeyAnswer(string Id, string Name, string Prefix, ApiScope Scope, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, string Key);
