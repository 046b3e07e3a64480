using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Api;

/// <summary>What API tests say again and again.</summary>
internal static class ApiCalls
{
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response, HttpStatusCode expected = HttpStatusCode.OK)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{(int)response.StatusCode} instead of {(int)expected}: {text}");
        return JsonElement.Parse(text);
    }

    public static async Task<JsonElement> GetJsonAsync(this DashboardApplication app, string path)
    {
        using var response = await app.Client.GetAsync(path);
        return await response.JsonAsync();
    }

    public static async Task<JsonElement> PostJsonAsync(this DashboardApplication app, string path, object body, HttpStatusCode expected)
    {
        using var response = await app.Client.PostAsJsonAsync(path, body);
        return await response.JsonAsync(expected);
    }

    public static async Task<JsonElement> PatchJsonAsync(this DashboardApplication app, string path, object body)
    {
        using var response = await app.Client.PatchAsJsonAsync(path, body);
        return await response.JsonAsync();
    }

    public static async Task<JsonElement> CreateAsync(this DashboardApplication app, string message = "Say something", object? more = null)
    {
        var body = new Dictionary<string, object?> { ["agent_id"] = app.AgentId, ["message"] = message };
        if (more is not null)
        {
            foreach (var property in JsonSerializer.SerializeToElement(more).EnumerateObject()) body[property.Name] = property.Value;
        }

        using var response = await app.Client.PostAsJsonAsync("/api/tasks", body);
        return await response.JsonAsync(HttpStatusCode.Created);
    }

    public static async Task<HttpResponseMessage> SendAsync(this DashboardApplication app, HttpMethod method, string path, string? json = null, string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, contentType);
        return await app.Client.SendAsync(request);
    }

    /// <summary>Asserts problem details with this status and code.</summary>
    public static async Task<JsonElement> ProblemAsync(this HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{(int)response.StatusCode} instead of {(int)status}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonElement.Parse(text);
        Assert.Equal(code, problem.String("code"));
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.String("title")!);
        Assert.NotEmpty(problem.String("detail")!);
        Assert.NotEmpty(problem.String("trace_id")!);
        return problem;
    }

    public static string? String(this JsonElement json, string property) => json.GetProperty(property).GetString();

    public static string Id(this JsonElement json) => json.String("id")!;

    public static List<JsonElement> Items(this JsonElement page) => [.. page.GetProperty("items").EnumerateArray()];
}
