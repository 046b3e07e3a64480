using System.Globalization;
using System.Text;

namespace TaskDashboard.App.Telemetry;

/// <summary>Prometheus' text format, version 0.0.4, with names as OpenTelemetry maps them: dots become underscores, the unit and <c>_total</c> stand at the end.</summary>
internal static class PrometheusText
{
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Write(IEnumerable<InstrumentTable> tables)
    {
        var text = new StringBuilder();
        foreach (var table in tables) Append(text, table);
        return text.ToString();
    }

    /// <summary>Attributes as they stand between the braces, by name; empty for none.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length == 0) return "";
        var labels = new string[tags.Length];
        for (var index = 0; index < tags.Length; index++) labels[index] = $"{Name(tags[index].Key)}=\"{Escaped(Text(tags[index].Value))}\"";
        Array.Sort(labels, StringComparer.Ordinal);
        return string.Join(',', labels);
    }

    private static void Append(StringBuilder text, InstrumentTable table)
    {
        var name = NameOf(table);
        if (table.Instrument.Description is { Length: > 0 } help) text.Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", @"\\", StringComparison.Ordinal).ReplaceLineEndings(@"\n")).Append('\n');
        text.Append("# TYPE ").Append(name).Append(' ').Append(table.Kind switch { InstrumentKind.Counter => "counter", InstrumentKind.Histogram => "histogram", _ => "gauge" }).Append('\n');
        foreach (var series in table.Read())
        {
            if (table.Kind == InstrumentKind.Histogram) AppendBuckets(text, name, table.Boundaries, series);
            else AppendLine(text, name, series.Labels, series.Sum);
        }
    }

    private static void AppendBuckets(StringBuilder text, string name, IReadOnlyList<double> boundaries, InstrumentTable.Series series)
    {
        // Each bucket counts what the smaller ones hold, too.
        var soFar = 0L;
        var comma = series.Labels.Length == 0 ? "" : ",";
        for (var bucket = 0; bucket < series.Buckets.Length; bucket++)
        {
            soFar += series.Buckets[bucket];
            var bound = bucket < boundaries.Count ? Number(boundaries[bucket]) : "+Inf";
            AppendLine(text, name + "_bucket", $"{series.Labels}{comma}le=\"{bound}\"", soFar);
        }

        AppendLine(text, name + "_sum", series.Labels, series.Sum);
        AppendLine(text, name + "_count", series.Labels, series.Count);
    }

    private static void AppendLine(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string NameOf(InstrumentTable table)
    {
        var name = Name(table.Instrument.Name);
        var unit = table.Instrument.Unit switch
        {
            "s" => "seconds",
            "ms" => "milliseconds",
            "By" => "bytes",
            "%" => "percent",

            // What stands in braces says what is counted, and is no unit.
            _ => null,
        };
        if (unit is not null && !name.EndsWith('_' + unit, StringComparison.Ordinal)) name = $"{name}_{unit}";
        return table.Kind == InstrumentKind.Counter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    private static string Name(string name)
    {
        var text = string.Create(name.Length, name, static (span, from) =>
        {
            for (var index = 0; index < span.Length; index++) span[index] = char.IsAsciiLetterOrDigit(from[index]) ? from[index] : '_';
        });
        return char.IsAsciiDigit(text[0]) ? '_' + text : text;
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static string Escaped(string value) => value.AsSpan().IndexOfAny("\\\"\n\r") < 0
        ? value
        : value.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).ReplaceLineEndings(@"\n");

    private static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : double.IsNaN(value) ? "NaN"
        : value.ToString("R", CultureInfo.InvariantCulture);
}
