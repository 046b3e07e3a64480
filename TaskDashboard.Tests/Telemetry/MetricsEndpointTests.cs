using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fixtures;
using TaskDashboard.Tests.People;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Telemetry;

public sealed partial class MetricsEndpointTests
{
    [Fact]
    public async Task Metrics_OfAServerThatHasWorked_AreInPrometheusFormat_WithoutIds()
    {
        await using var app = await DashboardApplication.StartAsync(new Fakes.AgentScript().For("Go", Calls(Call("calculate", ("expression", "1+1")), Call("nothing")), Says("Done.")).Play);
        var id = (await app.CreateAsync("Go")).Id();
        await app.WaitForAsync(id, AgentTaskStatus.Completed);

        using var answer = await app.Client.GetAsync("/metrics");
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.True(answer.Headers.CacheControl!.NoStore);
        var samples = Samples(text);
        Assert.Equal(1, samples["task_dashboard_tasks{task_dashboard_task_status=\"completed\"}"]);
        Assert.Equal(2, samples.Single(sample => sample.Key.StartsWith("gen_ai_client_operation_duration_seconds_count{", StringComparison.Ordinal)).Value);
        Assert.Contains("gen_ai_client_token_usage_bucket{gen_ai_operation_name=\"chat\",gen_ai_provider_name=\"scripted\",gen_ai_request_model=\"model\",gen_ai_token_type=\"input\",le=\"67108864\"}", samples.Keys);
        Assert.Contains(samples.Keys, name => name.StartsWith("dotnet_process_memory_working_set_bytes", StringComparison.Ordinal));
        Assert.True(samples["task_dashboard_store_batch_size_count"] > 0);
        Assert.DoesNotMatch(AnyId(), text);
    }

    [Fact]
    public async Task Metrics_AreForOwners_AndKeysThatReachAsFar()
    {
        await using var town = await Town.StartAsync();
        var reading = await town.ClientOfAsync("ada", ApiScope.Read);

        foreach (var (client, expected) in new[] { (town.Ada, HttpStatusCode.OK), (town.Bea, HttpStatusCode.Forbidden), (town.Vic, HttpStatusCode.Forbidden), (reading, HttpStatusCode.Forbidden), (town.Stranger, HttpStatusCode.Unauthorized) })
        {
            using var answer = await client.GetAsync("/metrics");
            Assert.Equal(expected, answer.StatusCode);
        }
    }

    /// <summary>Every line by the format's grammar; every type before its samples, and told once.</summary>
    private static Dictionary<string, double> Samples(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var samples = new Dictionary<string, double>();
        var types = new HashSet<string>();
        string? family = null;
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            if (TypeLine().Match(line) is { Success: true } type)
            {
                family = type.Groups[1].Value;
                Assert.True(types.Add(family), line);
            }
            else if (!line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                var sample = SampleLine().Match(line);
                Assert.True(sample.Success, line);
                Assert.StartsWith(family!, line, StringComparison.Ordinal);
                var value = sample.Groups[2].Value;
                samples.Add(sample.Groups[1].Value, value == "+Inf" ? double.PositiveInfinity : double.Parse(value, CultureInfo.InvariantCulture));
            }
        }

        return samples;
    }

    [GeneratedRegex(@"^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$")]
    private static partial Regex TypeLine();

    [GeneratedRegex("""^([a-zA-Z_:][a-zA-Z0-9_:]*(?:\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)+\})?) (NaN|[+-]Inf|-?[0-9.eE+-]+)$""")]
    private static partial Regex SampleLine();

    [GeneratedRegex("(task|run|chat|agent|call|session|step|msg)_[0-9a-f]{12,}")]
    private static partial Regex AnyId();
}
