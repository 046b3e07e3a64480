using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace TaskDashboard.App.Agents;

/// <summary>
/// YAML as another spelling of JSON: mappings, lists, texts, numbers, true, false and null, and nothing besides. Anchors, aliases and tags are refused, so
/// that a file can neither grow while it is read nor name types.
/// </summary>
internal static partial class YamlText
{
    private const int MaxDepth = 16;

    /// <exception cref="YamlException">It is no YAML, or more than this.</exception>
    public static JsonNode? Read(string text)
    {
        var parser = new Parser(new StringReader(text));
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out var nothing)) throw new YamlException(nothing.Start, nothing.End, "the file is empty");
        parser.Consume<DocumentStart>();
        var node = ReadNode(parser, 0);
        parser.Consume<DocumentEnd>();
        return parser.Accept<StreamEnd>(out _) ? node : throw new YamlException(parser.Current!.Start, parser.Current.End, "there is more than one document in it");
    }

    public static string Write(JsonNode node)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var emitter = new Emitter(text);
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart());
        Write(emitter, node);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static JsonNode? ReadNode(IParser parser, int depth)
    {
        if (!parser.MoveNextFrom(out var read)) throw new YamlException("the file ends in the middle");
        if (read is AnchorAlias) throw Refuse(read, "aliases (*name) are not taken");
        if (read is NodeEvent { Anchor.IsEmpty: false }) throw Refuse(read, "anchors (&name) are not taken");
        if (read is NodeEvent { Tag.IsEmpty: false }) throw Refuse(read, "tags (!name) are not taken");
        if (depth > MaxDepth) throw Refuse(read, $"it is nested more than {MaxDepth} levels deep");
        return read switch
        {
            Scalar scalar => ReadScalar(scalar),
            SequenceStart => ReadList(parser, depth),
            MappingStart => ReadObject(parser, depth),
            _ => throw Refuse(read, "something is in the wrong place"),
        };
    }

    private static JsonArray ReadList(IParser parser, int depth)
    {
        var list = new JsonArray();
        while (!parser.TryConsume<SequenceEnd>(out _)) list.Add(ReadNode(parser, depth + 1));
        return list;
    }

    private static JsonObject ReadObject(IParser parser, int depth)
    {
        var found = new JsonObject();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (!parser.Accept<Scalar>(out var key)) throw Refuse(parser.Current!, "a name has to be a text");
            if (!key.Anchor.IsEmpty || !key.Tag.IsEmpty) throw Refuse(key, "anchors and tags are not taken");
            parser.Consume<Scalar>();
            if (!found.TryAdd(key.Value, null)) throw Refuse(key, $"{key.Value} is there twice");
            found[key.Value] = ReadNode(parser, depth + 1);
        }

        return found;
    }

    /// <summary>As YAML 1.2 reads it: what is quoted is a text, and "yes" and "no" are texts too.</summary>
    private static JsonNode? ReadScalar(Scalar scalar)
    {
        if (scalar.Style != ScalarStyle.Plain) return JsonValue.Create(scalar.Value);
        return scalar.Value switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" => JsonValue.Create(true),
            "false" or "False" or "FALSE" => JsonValue.Create(false),
            var number when JsonNumber().IsMatch(number) => JsonNode.Parse(number),
            var plain => JsonValue.Create(plain),
        };
    }

    private static void Write(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject found:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, true, found.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (name, value) in found)
                {
                    Emit(emitter, name, StyleOf(name));
                    Write(emitter, value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray list:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, true, list.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var value in list) Write(emitter, value);
                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                Emit(emitter, value.GetValue<string>(), StyleOf(value.GetValue<string>()));
                break;
            default:
                Emit(emitter, node?.ToJsonString() ?? "null", ScalarStyle.Plain);
                break;
        }
    }

    private static void Emit(Emitter emitter, string text, ScalarStyle style) =>
        emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, style, isPlainImplicit: style == ScalarStyle.Plain, isQuotedImplicit: style != ScalarStyle.Plain));

    /// <summary>Plain only where no reader could take it for anything else; texts of several lines as they are, as far as that loses nothing.</summary>
    private static ScalarStyle StyleOf(string text) =>
        SurelyText().IsMatch(text) && text.ToUpperInvariant() is not ("NULL" or "TRUE" or "FALSE" or "YES" or "NO" or "ON" or "OFF" or "Y" or "N") ? ScalarStyle.Plain
        : Lines().IsMatch(text) ? ScalarStyle.Literal
        : ScalarStyle.DoubleQuoted;

    private static YamlException Refuse(ParsingEvent at, string why) => new(at.Start, at.End, why);

    [GeneratedRegex(@"\A-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,17})?(?:[eE][-+]?[0-9]{1,2})?\z")]
    private static partial Regex JsonNumber();

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*\z")]
    private static partial Regex SurelyText();

    /// <summary>Several lines of ordinary characters, each begun and ended by something that can be seen, or empty.</summary>
    [GeneratedRegex(@"\A(?=[^\n]*\n)(?:[^\s\p{C}](?:[^\n\r\t\p{C}\p{Zl}\p{Zp}]*[^\s\p{C}])?)(?:\n(?:[^\s\p{C}](?:[^\n\r\t\p{C}\p{Zl}\p{Zp}]*[^\s\p{C}])?)?)*(?<!\n)\z")]
    private static partial Regex Lines();
}

/// <summary>What the parser's own extensions lack.</summary>
internal static class YamlParserExtensions
{
    /// <summary>The present event, with the parser moved behind it.</summary>
    public static bool MoveNextFrom(this IParser parser, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ParsingEvent? read)
    {
        read = parser.Accept<ParsingEvent>(out var present) ? present : null;
        if (read is not null) parser.Consume<ParsingEvent>();
        return read is not null;
    }
}
