using System.Globalization;

namespace TaskDashboard.Load.Model;

/// <summary>What the fake model does, told by the model's name in the request.</summary>
/// <param name="Kind">Which of them.</param>
/// <param name="Tokens">How many tokens the answer has.</param>
/// <param name="PerSecond">Their rate, where there is one.</param>
/// <param name="Gated">True when the first token waits until the load program opens the gate.</param>
internal sealed record ModelBehaviour(ModelKind Kind, int Tokens, double PerSecond, bool Gated)
{
    private const string GatedPrefix = "gated-";

    /// <summary>One token and the end.</summary>
    public const string One = "one";

    /// <summary>Tokens at a steady rate; each one's text is the time at which it was sent.</summary>
    public static string Paced(int tokens, double perSecond) => string.Create(CultureInfo.InvariantCulture, $"tokens-{tokens}-{perSecond}");

    /// <summary>Tokens as fast as they go.</summary>
    public static string Flood(int tokens) => $"flood-{tokens}";

    /// <summary>Tokens all at once, and then nothing until the gate is opened.</summary>
    public static string Past(int tokens) => $"past-{tokens}";

    /// <summary>The same behaviour, but its first token waits for the gate.</summary>
    public static string Behind(string model) => GatedPrefix + model;

    public static ModelBehaviour? Parse(string model)
    {
        var gated = model.StartsWith(GatedPrefix, StringComparison.Ordinal);
        var parts = (gated ? model[GatedPrefix.Length..] : model).Split('-');
        return parts switch
        {
            ["one"] => new ModelBehaviour(ModelKind.One, 1, 0, gated),
            ["tokens", var count, var rate] when Count(count) is { } tokens
                && double.TryParse(rate, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var perSecond) && perSecond > 0
                => new ModelBehaviour(ModelKind.Paced, tokens, perSecond, gated),
            ["flood", var count] when Count(count) is { } tokens => new ModelBehaviour(ModelKind.Flood, tokens, 0, gated),
            ["past", var count] when Count(count) is { } tokens => new ModelBehaviour(ModelKind.Past, tokens, 0, gated),
            _ => null,
        };
    }

    private static int? Count(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count : null;
}

internal enum ModelKind
{
    One,
    Paced,
    Flood,
    Past,
}
