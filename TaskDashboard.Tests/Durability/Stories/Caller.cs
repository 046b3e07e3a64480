using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Durability.Ledgers;

namespace TaskDashboard.Tests.Durability.Stories;

/// <summary>
/// A client of the REST API that writes every acknowledgement into the ledger, and every answer that it should not have got. When the program
/// goes away under it, a call ends with <see cref="ServerGoneException"/>.
/// </summary>
/// <param name="client">To the program.</param>
/// <param name="ledger">What is sent and acknowledged.</param>
internal sealed class Caller(HttpClient client, Ledger ledger)
{
    public HttpClient Client => client;

    /// <summary>Creates the task, or asks again for it: with its idempotency key that is the same request.</summary>
    /// <returns>The answer's status.</returns>
    public async Task<HttpStatusCode> CreateAsync(TaskAccount account)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tasks") { Content = JsonContent.Create(account.Body) };
        request.Headers.Add("Idempotency-Key", account.IdempotencyKey);
        using var response = await SendAsync(request);
        var task = await AnswerAsync(account, "create", response, HttpStatusCode.Created, HttpStatusCode.OK);
        if (task is not { } created) return response.StatusCode;
        if (account.Id is not null && account.Id != created.Id()) ledger.Surprise($"The create of {account} was repeated and made {created.Id()}.");
        account.Id = created.Id();
        return response.StatusCode;
    }

    public Task SendMessageAsync(TaskAccount account, string text, string mode) => SendMessageAsync(account, account.Add(text, mode));

    /// <summary>Sends a message, or asks again for its receipt: with its client id that is the same request.</summary>
    public async Task SendMessageAsync(TaskAccount account, SentMessage message)
    {
        using var request = Post(account, "message", new { message = message.Text, mode = message.Mode, client_message_id = message.ClientMessageId });
        using var response = await SendAsync(request);
        var receipt = await AnswerAsync(account, "message", response, HttpStatusCode.Accepted);
        if (receipt is not { } accepted)
        {
            message.Refused = true;
            return;
        }

        var id = accepted.String("message_id");
        if (message.MessageId is not null && message.MessageId != id)
            ledger.Surprise($"{account}: the message \"{message.Text}\" was repeated and got {id}.");
        message.MessageId = id;
    }

    public Task CancelAsync(TaskAccount account) => AskAsync(account, "cancel", HttpStatusCode.OK);

    public Task RetryAsync(TaskAccount account) => AskAsync(account, "retry", HttpStatusCode.OK);

    public Task PauseAsync(TaskAccount account) => AskAsync(account, "pause", HttpStatusCode.OK);

    public Task ResumeAsync(TaskAccount account) => AskAsync(account, "resume", HttpStatusCode.OK);

    public Task DeleteAsync(TaskAccount account) => AskAsync(account, "delete", HttpStatusCode.NoContent);

    /// <summary>The task as it stands.</summary>
    public async Task<JsonElement> FindAsync(TaskAccount account)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/tasks/{account.Id}");
        using var response = await SendAsync(request);
        return await response.JsonAsync();
    }

    private async Task AskAsync(TaskAccount account, string verb, HttpStatusCode accepted)
    {
        var sent = account.Add(verb);
        using var request = verb == "delete" ? new HttpRequestMessage(HttpMethod.Delete, $"/api/tasks/{account.Id}") : Post(account, verb, new { });
        using var response = await SendAsync(request);
        sent.Acknowledged = await AnswerAsync(account, verb, response, accepted) is not null;
        sent.Refused = !sent.Acknowledged;
    }

    private static HttpRequestMessage Post(TaskAccount account, string verb, object body) =>
        new(HttpMethod.Post, $"/api/tasks/{account.Id}/{verb}") { Content = JsonContent.Create(body) };

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        try
        {
            // With the whole answer: half of one acknowledges nothing.
            return await client.SendAsync(request, HttpCompletionOption.ResponseContentRead);
        }
        catch (Exception failure) when (ServerGone.Explains(failure))
        {
            throw new ServerGoneException("The program is gone.", failure);
        }
    }

    /// <summary>The body of an acknowledgement; null for a refusal. Anything else is a surprise.</summary>
    private async Task<JsonElement?> AnswerAsync(TaskAccount account, string verb, HttpResponseMessage response, params HttpStatusCode[] accepted)
    {
        var text = await response.Content.ReadAsStringAsync();
        if (accepted.Contains(response.StatusCode)) return text.Length == 0 ? default(JsonElement) : JsonElement.Parse(text);
        if (response.StatusCode == HttpStatusCode.ServiceUnavailable && JsonElement.Parse(text).String("code") == "draining") throw new ServerGoneException($"It drains: {text}");
        if (response.StatusCode != HttpStatusCode.Conflict || verb is "delete" or "create")
            ledger.Surprise($"{verb} of {account} was answered with {(int)response.StatusCode}: {text}");
        return null;
    }
}

/// <summary>The program went away while it was asked something, or says that it is about to: what was asked may have been done or not.</summary>
internal sealed class ServerGoneException(string message, Exception? inner = null) : Exception(message, inner);
