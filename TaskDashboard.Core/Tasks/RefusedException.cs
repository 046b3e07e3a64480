using TaskDashboard.Core.People;

namespace TaskDashboard.Core.Tasks;

/// <summary>Says no to a request, in words for whoever asked. Nothing was changed. Endpoints answer it as problem details.</summary>
public sealed class RefusedException : Exception
{
    private RefusedException(RefusalKind kind, string code, string message, IReadOnlyDictionary<string, string[]>? errors = null)
        : base(message)
    {
        Kind = kind;
        Code = code;
        Errors = errors ?? new Dictionary<string, string[]>();
    }

    public RefusalKind Kind { get; }

    /// <summary>Machine code, such as <c>validation</c>, <c>not_found</c>, <c>task_terminal</c>.</summary>
    public string Code { get; }

    /// <summary>What is wrong with which field of the request; empty where it is not a field's fault.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; }

    /// <summary>What a key of the same person would have to reach to be let do it; null where that is not what it lacks.</summary>
    public ApiScope? NeededScope { get; private init; }

    /// <summary>When it is worth trying again; null where nobody knows.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    public static RefusedException Validation(string field, string message) =>
        Validation(new Dictionary<string, string[]> { [field] = [message] });

    public static RefusedException Validation(IReadOnlyDictionary<string, string[]> errors) =>
        new(RefusalKind.Validation, "validation", string.Join(' ', errors.SelectMany(field => field.Value)), errors);

    /// <param name="noun">What was looked for, as in "task".</param>
    /// <param name="id">The id that leads nowhere.</param>
    public static RefusedException NotFound(string noun, string id) =>
        new(RefusalKind.NotFound, "not_found", $"There is no {noun} {id}.");

    public static RefusedException Conflict(string code, string message) => new(RefusalKind.Conflict, code, message);

    public static RefusedException TooLarge(string field, string message) =>
        new(RefusalKind.TooLarge, "too_large", message, new Dictionary<string, string[]> { [field] = [message] });

    public static RefusedException Unsupported(string field, string message) =>
        new(RefusalKind.Unsupported, "unsupported_media_type", message, new Dictionary<string, string[]> { [field] = [message] });

    public static RefusedException Unprocessable(string code, string field, string message) =>
        new(RefusalKind.Unprocessable, code, message, new Dictionary<string, string[]> { [field] = [message] });

    /// <param name="code">Machine code.</param>
    /// <param name="message">What is wrong, where it is no field's fault.</param>
    public static RefusedException Unprocessable(string code, string message) => new(RefusalKind.Unprocessable, code, message);

    /// <param name="why">Which server cannot be used and why, in one sentence with its full stop.</param>
    public static RefusedException McpUnavailable(string why) => new(RefusalKind.Unavailable, "mcp_unavailable", why);

    /// <summary>What is a person's to do, asked for by a command of an agent.</summary>
    public static RefusedException FromACommand() =>
        new(RefusalKind.Forbidden, "from_a_command", "This was asked for by a command of an agent, and only a person may do it: on the page, or from a program of their own. Nothing was changed.");

    /// <summary>Somebody may look at it, and no more.</summary>
    public static RefusedException ReadOnly(string noun) =>
        new(RefusalKind.Forbidden, "read_only", $"You may read this {noun}, but not change it: it is somebody else's, or your account or key is for reading. Nothing was changed.");

    /// <summary>It takes another role, or a key with another scope.</summary>
    public static RefusedException NotAllowed(string who) =>
        new(RefusalKind.Forbidden, "not_allowed", $"Only {who} may do this. Ask one, or use a key of theirs. Nothing was changed.");

    /// <summary>The person may do it, but not with this key.</summary>
    /// <param name="scope">How far the key reaches.</param>
    /// <param name="needed">How far it would have to.</param>
    public static RefusedException KeyIsForLess(ApiScope scope, ApiScope needed) =>
        new(RefusalKind.Forbidden, "not_allowed", $"This takes a key with the scope {needed.ToString().ToLowerInvariant()}, and this one has {scope.ToString().ToLowerInvariant()}. Nothing was changed.") { NeededScope = needed };

    public static RefusedException NoSlot() =>
        new(RefusalKind.TooMany, "no_slot", "Every slot is taken, and this server is set not to queue (TaskDashboard:Limits:Backpressure). Nothing was stored; try again in a moment.");

    public static RefusedException TooManyCalls(TimeSpan retryAfter) =>
        new(RefusalKind.TooMany, "too_many_calls", $"This webhook is called too often: 120 calls a minute are taken. Try again in {Math.Max(1, Math.Ceiling(retryAfter.TotalSeconds))} s. Nothing was started.") { RetryAfter = retryAfter };

    /// <param name="code">Machine code.</param>
    /// <param name="message">What there was too much of, and where the limit is set.</param>
    /// <param name="retryAfter">When there is room again.</param>
    public static RefusedException TooMany(string code, string message, TimeSpan retryAfter) =>
        new(RefusalKind.TooMany, code, $"{message} Try again in {Math.Max(1, Math.Ceiling(retryAfter.TotalSeconds))} s. Nothing was stored.") { RetryAfter = retryAfter };

    public static RefusedException BadSignature() =>
        new(RefusalKind.Unauthorized, "bad_signature", "The signature is missing or does not fit the body: sign it with the webhook's secret (HMAC-SHA256, X-Hub-Signature-256: sha256=…). Nothing was started.");

    public static RefusedException Draining() =>
        new(RefusalKind.Draining, "draining", "The server is stopping and takes no new work. Try again in a moment.");

    /// <param name="why">Why it cannot be written, in one sentence with its full stop.</param>
    public static RefusedException StoreUnavailable(string why) =>
        new(RefusalKind.Unavailable, "store_unavailable", $"{why} Nothing was stored; try again in a moment.");

    public static RefusedException StoreBusy() =>
        new(RefusalKind.Unavailable, "store_busy", "More waits to be written than the store keeps up with. Nothing was stored; try again in a moment.");
}

/// <summary>Families of refusals; each is one HTTP status.</summary>
public enum RefusalKind
{
    /// <summary>400</summary>
    Validation,

    /// <summary>401</summary>
    Unauthorized,

    /// <summary>403</summary>
    Forbidden,

    /// <summary>404</summary>
    NotFound,

    /// <summary>409</summary>
    Conflict,

    /// <summary>413</summary>
    TooLarge,

    /// <summary>415</summary>
    Unsupported,

    /// <summary>422</summary>
    Unprocessable,

    /// <summary>429, with the time to wait.</summary>
    TooMany,

    /// <summary>503</summary>
    Draining,

    /// <summary>503</summary>
    Unavailable,
}
